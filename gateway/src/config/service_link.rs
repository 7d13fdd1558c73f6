//! Recognizes the variables that Kubernetes puts into every pod for a Service: nobody wrote them, so nobody misspelt one.
//!
//! A Service named `gateway` or `gateway-admin` makes names that begin like the gateway's own settings.

/// The Service whose host this variable names.
pub(super) fn service(variable: &str) -> Option<&str> {
    variable.strip_suffix("_SERVICE_HOST")
}

pub(super) fn is_one(variable: &str, services: &[&str]) -> bool {
    services.iter().any(|service| variable.strip_prefix(service).is_some_and(is_link))
}

/// What stands behind the name of the Service: Kubernetes' own names, and Docker's older ones for each port.
fn is_link(rest: &str) -> bool {
    if let Some(port_name) = rest.strip_prefix("_SERVICE_PORT_") {
        return !port_name.is_empty();
    }
    let Some(port) = rest.strip_prefix("_PORT_") else {
        return matches!(rest, "_SERVICE_HOST" | "_SERVICE_PORT" | "_PORT");
    };
    let words: Vec<_> = port.split('_').collect();
    let (number, protocol) = match words[..] {
        [number, protocol] | [number, protocol, "PROTO" | "PORT" | "ADDR"] => (number, protocol),
        _ => return false,
    };
    number.parse::<u16>().is_ok() && matches!(protocol, "TCP" | "UDP" | "SCTP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_one_by_its_shape_and_by_the_host_beside_it() {
        let services = ["GATEWAY_SERVICE_HOST", "GATEWAY_ADMIN_SERVICE_HOST", "GATEWAY_LISTEN"];
        let services: Vec<_> = services.into_iter().filter_map(service).collect();
        assert_eq!(services, ["GATEWAY", "GATEWAY_ADMIN"]);
        for (variable, expected) in [
            ("GATEWAY_SERVICE_HOST", true),
            ("GATEWAY_SERVICE_PORT", true),
            ("GATEWAY_SERVICE_PORT_HTTP_ADMIN", true),
            ("GATEWAY_PORT", true),
            ("GATEWAY_PORT_8080_TCP", true),
            ("GATEWAY_PORT_8080_TCP_ADDR", true),
            ("GATEWAY_PORT_53_UDP_PROTO", true),
            ("GATEWAY_ADMIN_PORT_9090_TCP_PORT", true),
            ("GATEWAY_SERVICE_PORT_", false),
            ("GATEWAY_SERVICE_NAME", false),
            ("GATEWAY_PORT_8080", false),
            ("GATEWAY_PORT_8080_HTTP", false),
            ("GATEWAY_PORT_8080_TCP_HOST", false),
            ("GATEWAY_PORT_99999_TCP", false),
            ("GATEWAY_PUBLIC_PORT", false),
            ("GATEWAY_LISTN", false),
        ] {
            assert_eq!(is_one(variable, &services), expected, "{variable}");
            assert!(!is_one(variable, &[]), "{variable} without a host");
        }
    }
}
