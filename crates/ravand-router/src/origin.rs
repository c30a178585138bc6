//! The scheme and host in front of an absolute URL.

use crate::host::{AskedHost, Hosts, host_of, normal_host};
use crate::link::Url;
use crate::reverse::reverse;
use crate::{Domain, UrlErrorKind};

impl<'a> Url<'a> {
    /// The domains of the rule, or the router's.
    pub fn domains(&self) -> &'a [Domain] {
        match self.rule.domains.is_empty() {
            true => &self.router.default_domains,
            false => &self.rule.domains,
        }
    }

    /// `scheme://host`
    pub fn origin(&self) -> Result<String, UrlErrorKind> {
        let schemes = &self.rule.schemes;
        let wanted = self.options.scheme.filter(|scheme| schemes.is_empty() || schemes.contains(scheme));
        let host = self.host()?;
        Ok(match wanted.or(schemes.first().copied()) {
            Some(scheme) => format!("{}://{host}", scheme.as_str()),
            None => format!("//{host}"),
        })
    }

    /// Whether the rule is for another host or scheme than the URL is asked from, so that both have to be told.
    pub fn is_elsewhere(&self) -> Result<bool, UrlErrorKind> {
        let schemes = &self.rule.schemes;
        if self.options.scheme.is_some_and(|scheme| !schemes.is_empty() && !schemes.contains(&scheme)) {
            return Ok(self.options.host.is_some_and(is_authority));
        }
        let domains = self.domains();
        if domains.is_empty() || domains.contains(&Domain::Any) {
            return Ok(false);
        }
        match self.options.host.filter(|host| is_authority(host)) {
            Some(own) => Ok(self.host()? != own),
            None => Ok(false),
        }
    }

    fn host(&self) -> Result<String, UrlErrorKind> {
        let wanted = self.options.host.filter(|host| is_authority(host));
        let port = wanted.map_or("", |host| &host[host_of(host).len()..]).trim_start_matches('.');
        let domains = self.domains();
        let mut missing = None;
        for domain in domains {
            let Domain::Pattern(pattern) = domain else { continue };
            if !pattern.names().any(|name| self.value(name).is_some()) {
                continue;
            }
            match reverse(pattern, "", &|name| self.value(name)) {
                Ok(host) if is_authority(&host) && normal_host(&host) == host => {
                    return Ok(format!("{host}{port}"));
                }
                Ok(_) => {}
                Err(error) => missing = missing.or(Some(self.reverse_error(error, pattern))),
            }
        }
        if let Some(missing) = missing {
            return Err(missing);
        }
        if let Some(host) = wanted.filter(|host| Hosts::new(domains).accept(&AskedHost::new(host))) {
            return Ok(host.to_owned());
        }
        let own = domains.iter().find_map(|domain| match domain {
            Domain::Name(name) => Some(format!("{}{port}", normal_host(name))),
            _ => None,
        });
        own.ok_or(UrlErrorKind::NoHost)
    }
}

fn is_authority(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(fits)
}
