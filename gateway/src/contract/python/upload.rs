//! A file that came with a form: what Starlette's `UploadFile` is, held in memory.

use bytes::Bytes;

use super::string;

/// Larger ones are on disk in the original.
const IN_MEMORY: usize = 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub struct Upload {
    name: String,
    /// In their order; names in lower case.
    headers: Vec<(String, String)>,
    content: Bytes,
    /// Newer ones remember how large they may become.
    knows_limit: bool,
}

impl Upload {
    pub fn new(name: String, headers: Vec<(String, String)>, content: Bytes, knows_limit: bool) -> Self {
        Self { name, headers, content, knows_limit }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// As the client says.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str())
    }

    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// What a browser sends where no file was chosen.
    pub fn is_none_chosen(&self) -> bool {
        self.name.is_empty() && self.content.is_empty()
    }

    /// As `jsonable_encoder` shows it, where a file was sent for something else.
    pub(super) fn dumps(&self, out: &mut String) {
        out.push_str("{\"filename\":");
        string(&self.name, out);
        out.push_str(",\"file\":{\"_file\":{},\"_max_size\":1048576,\"_rolled\":");
        out.push_str(if self.content.len() > IN_MEMORY { "true}" } else { IN_MEMORY_ARGUMENTS });
        out.push_str(&format!(",\"size\":{},\"headers\":{{", self.content.len()));
        for (place, (name, value)) in self.headers.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            string(name, out);
            out.push(':');
            string(value, out);
        }
        out.push('}');
        if self.knows_limit {
            out.push_str(",\"_max_mem_size\":1048576");
        }
        out.push('}');
    }
}

const IN_MEMORY_ARGUMENTS: &str = concat!(
    "false,\"_TemporaryFileArgs\":{\"mode\":\"w+b\",\"buffering\":-1,\"suffix\":null,\"prefix\":null,",
    "\"encoding\":null,\"newline\":null,\"dir\":null,\"errors\":null}}"
);
