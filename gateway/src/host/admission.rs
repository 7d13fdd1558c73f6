//! Who may open a connection: as many as there may be altogether, and as many as one client may have of them.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use parking_lot::Mutex;

use crate::limits::{Limit, TrustedProxies, network};

/// Counts the connections of one listener.
#[derive(Default)]
pub(super) struct Admission {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    /// No client is here that has none.
    by_client: HashMap<IpAddr, usize>,
}

/// How many there may be, as the moment of accepting has it.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub(super) all: usize,
    pub(super) of_one: usize,
}

/// A place among the connections, given back when it is dropped.
pub(super) struct Place {
    admission: Arc<Admission>,
    client: IpAddr,
}

impl Admission {
    /// A place, or the limit that is met. Proxies, behind which there are many clients, may have all.
    pub(super) fn admit(
        self: &Arc<Self>,
        ip: IpAddr,
        most: Most,
        trusted: &TrustedProxies,
    ) -> Result<Place, Limit> {
        let client = network(ip);
        let mut open = self.open.lock();
        if open.all >= most.all {
            return Err(Limit::Connections);
        }
        let own = open.by_client.get(&client).copied().unwrap_or(0);
        if own >= most.of_one && !trusted.contain(ip) {
            return Err(Limit::ConnectionsPerClient);
        }
        open.all += 1;
        open.by_client.insert(client, own + 1);
        Ok(Place { admission: Arc::clone(self), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.open.lock();
        open.all -= 1;
        if let Some(own) = open.by_client.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                open.by_client.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn nobody_has_more_than_their_part_and_all_have_no_more_than_there_are() {
        let (admission, nobody) = (Arc::new(Admission::default()), TrustedProxies::default());
        let most = Most { all: 4, of_one: 2 };
        let admit = |from: &str| admission.admit(ip(from), most, &nobody);
        let first = [admit("192.0.2.1").expect("one"), admit("192.0.2.1").expect("two")];
        assert_eq!(admit("192.0.2.1").err(), Some(Limit::ConnectionsPerClient));
        let _other = [admit("2001:db8::1").expect("three"), admit("2001:db8::2").expect("four")];
        assert_eq!(admit("192.0.2.9").err(), Some(Limit::Connections));
        drop(first);
        assert_eq!(admit("2001:db8::3").err(), Some(Limit::ConnectionsPerClient));
        assert!(admit("192.0.2.1").is_ok());
        assert_eq!(admission.open.lock().by_client.len(), 1, "who has none left is forgotten");
    }

    #[test]
    fn a_trusted_proxy_may_have_all() {
        let admission = Arc::new(Admission::default());
        let proxies = TrustedProxies::new(vec!["192.0.2.0/24".parse().expect("a network")]);
        let most = Most { all: 3, of_one: 1 };
        let places: Vec<_> = (0..3).map(|_| admission.admit(ip("192.0.2.1"), most, &proxies)).collect();
        assert!(places.iter().all(Result::is_ok));
        assert_eq!(admission.admit(ip("192.0.2.1"), most, &proxies).err(), Some(Limit::Connections));
    }
}
