//! What a listener does when nothing was accepted: goes on, waits, or ends, because nothing will be any more.

use std::{io, time::Duration};

use rustix::io::Errno;
use tokio::time::Instant;

/// Whatever it is: with nothing accepted for so long the process serves half.
const PATIENCE: Duration = Duration::from_secs(60);
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// Further apart they are not one trouble: nobody came meanwhile.
const APART: Duration = Duration::from_secs(10);

/// Of one listener, since it last accepted.
#[derive(Debug, Default)]
pub(super) struct Failures {
    since: Option<Instant>,
    last: Option<Instant>,
    told: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It was about one client.
    Go,
    /// Unless it was told just now.
    Wait {
        tell: bool,
    },
    End,
}

impl Failures {
    pub(super) fn next(&mut self, error: &io::Error) -> Next {
        let is_among = |known: &[Errno]| {
            error.raw_os_error().is_some_and(|code| known.iter().any(|known| known.raw_os_error() == code))
        };
        if is_among(&ONE_CLIENT) {
            return Next::Go;
        }
        let now = Instant::now();
        if self.last.replace(now).is_none_or(|last| now - last > APART) {
            self.since = Some(now);
        }
        let lasts = now - *self.since.get_or_insert(now);
        if is_among(&FOREVER) || lasts >= PATIENCE && !is_among(&USED_UP) {
            return Next::End;
        }
        let tell = self.told.is_none_or(|told| now - told >= TOLD_EVERY);
        if tell {
            self.told = Some(now);
        }
        Next::Wait { tell }
    }
}

/// `accept(2)`: also what the network had to say of a connection that waited.
const ONE_CLIENT: [Errno; 11] = [
    Errno::CONNABORTED,
    Errno::CONNREFUSED,
    Errno::CONNRESET,
    Errno::INTR,
    Errno::PROTO,
    Errno::NOPROTOOPT,
    Errno::NETDOWN,
    Errno::NETUNREACH,
    Errno::HOSTDOWN,
    Errno::HOSTUNREACH,
    Errno::NONET,
];

/// It is no socket, or one that does not listen, which whoever shares it can bring about.
const FOREVER: [Errno; 4] = [Errno::BADF, Errno::INVAL, Errno::NOTSOCK, Errno::OPNOTSUPP];

/// Who is served gives it back; an end would be what an attacker wants.
const USED_UP: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];

#[cfg(test)]
mod tests {
    use super::*;

    fn next(failures: &mut Failures, errno: Errno) -> Next {
        failures.next(&io::Error::from(errno))
    }

    #[tokio::test(start_paused = true)]
    async fn what_lasts_is_told_once_a_second_and_ends_it_after_a_minute() {
        for (errno, last) in [(Errno::PERM, Next::End), (Errno::MFILE, Next::Wait { tell: true })] {
            let mut failures = Failures::default();
            let mut told = 0;
            for _ in 0..1200 {
                let next = next(&mut failures, errno);
                assert_ne!(next, Next::End, "{errno} is given a minute");
                told += u32::from(next == Next::Wait { tell: true });
                tokio::time::advance(Duration::from_millis(50)).await;
            }
            assert_eq!(told, 60, "{errno}");
            assert_eq!(next(&mut failures, errno), last, "{errno}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_says_nothing_of_the_others_and_a_lost_socket_says_all() {
        let mut failures = Failures::default();
        assert_eq!(next(&mut failures, Errno::CONNABORTED), Next::Go);
        tokio::time::advance(2 * PATIENCE).await;
        assert_eq!(next(&mut failures, Errno::CONNABORTED), Next::Go);
        assert_eq!(next(&mut failures, Errno::PERM), Next::Wait { tell: true }, "the first of its kind");
        tokio::time::advance(2 * PATIENCE).await;
        assert_eq!(next(&mut failures, Errno::PERM), Next::Wait { tell: true }, "nobody came in between");
        assert_eq!(next(&mut failures, Errno::INVAL), Next::End);
    }
}
