//! Answers off the wire, of either version of HTTP: each client is answered in its own.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::house::PATIENCE;

pub(super) struct Answer {
    pub(super) status: u16,
    /// What the application says it saw.
    pub(super) saw: Option<String>,
}

/// Nothing at the end of the connection.
pub(super) async fn next(stream: &mut BufReader<TcpStream>, asked_for_head: bool) -> Option<Answer> {
    timeout(PATIENCE, read(stream, asked_for_head)).await.unwrap()
}

async fn read(stream: &mut BufReader<TcpStream>, asked_for_head: bool) -> Option<Answer> {
    loop {
        let first = line(stream).await?;
        let (version, rest) = first.split_once(' ').unwrap();
        assert!(matches!(version, "HTTP/1.1" | "HTTP/1.0"), "{first:?}");
        let status = rest[..3].parse().unwrap();
        let (mut length, mut saw) = (0, None);
        loop {
            let header = line(stream).await?;
            let Some((name, value)) = header.split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse().unwrap(),
                "x-saw" => saw = Some(value.to_owned()),
                "transfer-encoding" => panic!("{first:?} has a body without a length"),
                _ => {}
            }
        }
        if !asked_for_head {
            stream.read_exact(&mut vec![0; length]).await.ok()?;
        }
        if status >= 200 {
            return Some(Answer { status, saw });
        }
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|length| *length > 0)?;
    Some(line.trim_end().to_owned())
}
