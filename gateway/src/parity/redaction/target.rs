//! The target of a request, and addresses in answers: what the route declares stays, what fills its places does not.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::{
    Redactor, detect,
    names::{self, Says},
    policy::Mode,
    pseudonym,
    text::{How, Replaced},
    wrapping::percent_of,
};

impl Redactor {
    /// As it came, undecoded; `route` is its method and template.
    pub(super) fn target(&mut self, target: &str, route: &str) -> Option<String> {
        let how = How::of(self.policy.mode);
        if !target.starts_with('/') {
            let replaced = self.url(target, how)?;
            self.note("request target".to_owned(), &replaced.class);
            return Some(replaced.text);
        }
        let (path, query) = target.find('?').map_or((target, ""), |at| target.split_at(at));
        let template = route.split_once(' ').map_or("", |(_, template)| template);
        let other_path = self.path(path, template, how, true);
        if other_path.is_some() {
            self.note("request target".to_owned(), "path");
        }
        let other_query = query.strip_prefix('?').and_then(|query| {
            self.pairs(
                query,
                how,
                |redactor, name, class| redactor.note(format!("request query {name}"), class),
                |redactor, name| redactor.policy.keeps_query(name),
            )
        });
        if other_path.is_none() && other_query.is_none() {
            return None;
        }
        let query = other_query.map_or_else(|| query.to_owned(), |query| format!("?{query}"));
        Some(other_path.unwrap_or_else(|| path.to_owned()) + &query)
    }

    /// What every route declares stays in every address.
    pub(super) fn learn_template(&mut self, route: &str) {
        let template = route.split_once(' ').map_or("", |(_, template)| template);
        for literal in template.split('/').filter(|segment| !segment.is_empty() && !segment.contains('{')) {
            if !self.literals.contains(literal) {
                self.literals.insert(literal.to_owned());
            }
        }
    }

    pub(super) fn url(&mut self, text: &str, how: How) -> Option<Replaced> {
        let (address, fragment) = text.find('#').map_or((text, ""), |at| text.split_at(at));
        let (address, query) = address.find('?').map_or((address, ""), |at| address.split_at(at));
        let (origin, path) = match address.find("://") {
            Some(at) => {
                let end = address[at + 3..].find('/').map_or(address.len(), |slash| at + 3 + slash);
                address.split_at(end)
            }
            None => ("", address),
        };
        let parts = [
            self.origin(origin, how),
            self.path(path, "", how, false),
            self.marked_pairs(query, how),
            self.marked_pairs(fragment, how),
        ];
        if parts.iter().all(Option::is_none) {
            return None;
        }
        let originals = [origin, path, query, fragment];
        let whole = parts
            .into_iter()
            .zip(originals)
            .map(|(part, original)| part.unwrap_or_else(|| original.to_owned()));
        Some(Replaced::new(whole.collect::<String>(), "url"))
    }

    /// With its `?` or `#`.
    fn marked_pairs(&mut self, text: &str, how: How) -> Option<String> {
        let pairs = text.get(1..).filter(|pairs| !pairs.is_empty())?;
        let other = self.pairs(pairs, how, |_, _, _| {}, |_, _| false)?;
        Some(format!("{}{other}", &text[..1]))
    }

    fn origin(&mut self, origin: &str, how: How) -> Option<String> {
        let (scheme, authority) = origin.split_at(origin.find("://")? + 3);
        let (user, host) = authority.rfind('@').map_or(("", authority), |at| authority.split_at(at + 1));
        let other_user = self.user_info(user.trim_end_matches('@'), how);
        let other_host = self.host(host, how);
        if other_user.is_none() && other_host.is_none() {
            return None;
        }
        let user = other_user.map_or_else(|| user.to_owned(), |user| format!("{user}@"));
        Some(format!("{scheme}{user}{}", other_host.as_deref().unwrap_or(host)))
    }

    fn user_info(&mut self, info: &str, how: How) -> Option<String> {
        if info.is_empty() {
            return None;
        }
        let (user, password) =
            info.split_once(':').map_or((info, None), |(user, password)| (user, Some(password)));
        let plain = |raw: &str| percent_decode_str(raw).decode_utf8_lossy().into_owned();
        let forced = how.forced("userinfo");
        let user_how = if password.is_some() { how } else { forced };
        let other = self.text(&plain(user), user_how).map(|other| percent_of(&other.text, ""));
        let other = other.unwrap_or_else(|| user.to_owned());
        let Some(password) = password else { return Some(other) };
        let secret = self.text(&plain(password), forced).map(|secret| percent_of(&secret.text, ""));
        Some(format!("{other}:{}", secret.unwrap_or_else(|| password.to_owned())))
    }

    /// The hosts that were asked are no secret, and none of test data is.
    fn host(&mut self, host: &str, how: How) -> Option<String> {
        let (name, port) = match host.rfind(':') {
            Some(at) if !host.ends_with(']') => host.split_at(at),
            _ => (host, ""),
        };
        if let Ok(address) = name.trim_matches(['[', ']']).parse::<IpAddr>() {
            let found = detect::spans(&address.to_string());
            return (!found.is_empty()).then(|| self.pseudonyms.of(name) + port);
        }
        let is_known = how.mode == Mode::Secrets
            || name.is_empty()
            || ["localhost", "testserver"].contains(&name)
            || self.hosts.contains(&name.to_ascii_lowercase());
        (!is_known).then(|| pseudonym::host(name, self.pseudonyms.key()) + port)
    }

    fn path(&mut self, path: &str, template: &str, how: How, is_target: bool) -> Option<String> {
        let mut places = template.split('/');
        let mut rest = None;
        let mut changed = false;
        let mut segments = Vec::new();
        for (number, segment) in path.split('/').enumerate() {
            let place = rest.or_else(|| places.next()).unwrap_or_default();
            if place.ends_with(":path}") {
                rest = Some(place);
            }
            let is_declared = !segment.is_empty() && (place == segment || self.literals.contains(segment));
            let is_kept = is_target && self.policy.keeps_segment(number);
            let other = if is_declared || is_kept { None } else { self.segment(segment, place, how) };
            changed |= other.is_some();
            segments.push(other.unwrap_or_else(|| segment.to_owned()));
        }
        changed.then(|| segments.join("/"))
    }

    fn segment(&mut self, segment: &str, place: &str, how: How) -> Option<String> {
        let plain = percent_decode_str(segment).decode_utf8_lossy();
        let name = place.split(['{', '}', ':']).nth(1).unwrap_or_default();
        let forced = match names::says(name, &self.policy.sensitive) {
            Says::Secret => Some("name"),
            Says::Personal if how.mode == Mode::Strict => Some("name"),
            Says::Personal | Says::Nothing => how.forced,
        };
        let other = self.text(&plain, How { forced, ..how })?;
        Some(percent_of(&other.text, segment).replace('/', "%2F"))
    }
}
