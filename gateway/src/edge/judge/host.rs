//! For whom the request is: one `Host`, a host with or without a port, and no other authority beside it.

use super::{Class, Header, Objections, Version};

#[derive(Default)]
pub(super) struct Hosts<'h> {
    first: Option<&'h [u8]>,
    is_twice: bool,
}

impl<'h> Hosts<'h> {
    pub(super) fn look_at(&mut self, header: &Header<'h>) {
        if header.is("host") {
            self.is_twice |= self.first.is_some();
            self.first.get_or_insert(header.value);
        }
    }

    pub(super) fn judge(
        &self,
        version: Version,
        authority: Option<&[u8]>,
        objections: &mut Objections,
    ) -> Result<(), Class> {
        objections.raise_if(self.is_twice, Class::HostTwice)?;
        match self.first {
            Some(host) => objections.raise_if(!is_host(host), Class::HostMalformed)?,
            // HTTP/1.0 knows no Host (RFC 9112 section 3.2), and health checks of load balancers speak it.
            None => objections.raise_if(version == Version::Http11, Class::HostMissing)?,
        }
        let is_other = authority
            .is_some_and(|authority| self.first.is_none_or(|host| !host.eq_ignore_ascii_case(authority)));
        objections.raise_if(is_other, Class::OtherAuthority)
    }
}

/// A name, an address, or an IPv6 address in brackets; then a port or none. Narrower than RFC 3986, whose names may hold
/// what some reader takes for the end of one: `%`, `,`, `;`, `=`.
pub(crate) fn is_host(text: &[u8]) -> bool {
    let (name, rest) = match text {
        [b'[', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| *byte == b']') else { return false };
            let (address, rest) = rest.split_at(end);
            let is_address =
                std::str::from_utf8(address).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
            if !is_address {
                return false;
            }
            (address, &rest[1..])
        }
        _ => text.split_at(text.iter().position(|byte| *byte == b':').unwrap_or(text.len())),
    };
    let is_name = !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':'));
    is_name && is_port(rest)
}

fn is_port(rest: &[u8]) -> bool {
    let [b':', digits @ ..] = rest else { return rest.is_empty() };
    digits.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(digits).is_ok_and(|text| text.parse::<u16>().is_ok())
}
