//! Judges the parts of a connection URL that have a syntax: host, port and mode of TLS.
//!
//! A whole URL with its password is easily written in the place of one of them, so none is shown before it is known to
//! be good, and none is ever quoted.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    config::{
        reader::{Found, Reader, Told},
        setting::Setting,
    },
    db::url::DatabaseUrl,
};

/// Found, but not yet judged.
pub(super) struct Part {
    pub(super) setting: &'static Setting,
    pub(super) found: Found,
}

impl Part {
    pub(super) fn find(reader: &mut Reader<'_>, setting: &'static Setting) -> Result<Option<Self>, Told> {
        Ok(reader.search(setting)?.map(|found| Self { setting, found }))
    }

    /// As it stands in a URL.
    pub(super) fn host(&self, reader: &mut Reader<'_>) -> Result<String, Told> {
        let remedy = "write a name or an IP address alone; the port belongs into POSTGRES_PORT";
        self.judged(reader, host(&self.found.value), "is not a host", remedy)
    }

    pub(super) fn port(&self, reader: &mut Reader<'_>) -> Result<u16, Told> {
        let port = self.found.value.parse::<u16>().ok().filter(|number| *number > 0);
        self.judged(reader, port, "is not a port", "write a number from 1 to 65535")
    }

    pub(super) fn ssl_mode(&self, reader: &mut Reader<'_>) -> Result<String, Told> {
        let mode = encoded(&self.found.value);
        let is_known = DatabaseUrl::parse(&format!("postgresql://u@localhost/d?sslmode={mode}")).is_ok();
        let remedy = "write require, verify-full, prefer or disable";
        self.judged(reader, is_known.then_some(mode), "is not a mode of TLS", remedy)
    }

    fn judged<T>(
        &self,
        reader: &mut Reader<'_>,
        good: Option<T>,
        what: &str,
        remedy: &str,
    ) -> Result<T, Told> {
        // A refusal takes the value back, and leaves where it came from.
        reader.record(self.setting, &self.found);
        good.ok_or_else(|| reader.refuse(self.setting, &self.found.name, what, remedy))
    }
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn host(written: &str) -> Option<String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if written.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some(format!("[{written}]"));
    }
    // With an `@` or two slashes it is what is left of a URL rather than the directory of a socket.
    if written.starts_with('/') && !written.starts_with("//") && !written.contains('@') {
        return Some(encoded(written));
    }
    // A name as it is: from one that is Neon's, the direct one is told.
    written.bytes().all(is_name).then(|| written.to_owned())
}
