//! The two addresses the process listens on: one for clients, one for those who run it.

use std::net::SocketAddr;

use super::{
    reader::{Reader, Told},
    setting::{GATEWAY_ADMIN_LISTEN, GATEWAY_LISTEN, Setting},
};

#[derive(Clone, Debug)]
pub struct ListenConfig {
    pub public: SocketAddr,
    pub admin: SocketAddr,
}

impl ListenConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let remedy = "write IP:PORT, as in `127.0.0.1:8080` or `[::1]:8080`; port 0 lets the system choose";
        let mut address = |setting: &'static Setting| reader.parsed(setting, setting.default, remedy);
        let (public, admin) = (address(&GATEWAY_LISTEN), address(&GATEWAY_ADMIN_LISTEN));
        let (public, admin) = (public?, admin?);
        if collide(public, admin) {
            let what = format!("{admin} and GATEWAY_LISTEN, {public}, are the same place");
            let remedy = "give each its own port: the admin listener is not for clients";
            let name = GATEWAY_ADMIN_LISTEN.name;
            return Err(reader.refuse(&GATEWAY_ADMIN_LISTEN, name, what, remedy));
        }
        Ok(Self { public, admin })
    }
}

/// `0.0.0.0` has the port on every address of the machine.
fn collide(public: SocketAddr, admin: SocketAddr) -> bool {
    let (one, other) = (public.ip(), admin.ip());
    let same_place = one == other || one.is_unspecified() || other.is_unspecified();
    public.port() != 0 && public.port() == admin.port() && same_place
}
