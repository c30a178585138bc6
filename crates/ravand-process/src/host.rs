//! Who this program is, and what the name of a worker tells of it.

use crate::launch::PASSING;
use crate::store::Holder;

/// This program as a holder of runs, under a name that no other has: `host:pid:` and a random number.
pub(crate) fn holder() -> Holder {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Holder { worker: format!("{host}:{}:{:08x}", std::process::id(), fastrand::u32(..)), pid: None }
}

/// The host of a worker, by its name.
pub(crate) fn host(worker: &str) -> Option<String> {
    let worker = worker.strip_prefix(PASSING).unwrap_or(worker);
    worker.rsplitn(3, ':').nth(2).map(str::to_owned)
}

/// The OS process of a worker, by its name.
pub(crate) fn pid(worker: &str) -> Option<i64> {
    worker.rsplit(':').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_new_and_tells_host_and_pid() {
        let name = holder().worker;
        assert_ne!(name, holder().worker);
        assert_eq!(pid(&name), Some(i64::from(std::process::id())));
        let table = [
            ("a:1:x", Some("a"), Some(1)),
            ("called:a:1:x", Some("a"), Some(1)),
            ("fe80::1:22:x", Some("fe80::1"), Some(22)),
            ("a:b:x", Some("a"), None),
        ];
        for (name, at, process) in table {
            assert_eq!((host(name).as_deref(), pid(name)), (at, process), "{name}");
        }
        assert_eq!((host("w"), pid("w")), (None, None));
    }
}
