//! Who this program is: host, start of the host, pid, start of the pid.

use crate::store::Holder;

/// This program as a holder of runs. Without `/proc` the start of the pid is 0 and that of the host empty.
pub(crate) fn holder() -> Holder {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let pid = i64::from(std::process::id());
    Holder {
        worker: format!("{host}:{pid}:{:08x}", fastrand::u32(..)),
        boot: boot(),
        pid,
        pid_start: started("self"),
        host,
    }
}

/// The id of the host's start and of the space its pids are in: a pid means something only within both.
fn boot() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", read("/proc/sys/kernel/random/boot_id").trim(), space.display())
}

/// When a pid was started, in clock ticks after the host's start: field 22 of `/proc/PID/stat` (proc(5)), counted
/// after the name, which may itself hold spaces and parentheses.
fn started(pid: &str) -> i64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_whitespace().nth(19).and_then(|ticks| ticks.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_told_from_another_of_the_same_pid() {
        let holder = holder();
        assert_eq!(holder.pid_start, started(&std::process::id().to_string()));
        assert_eq!(holder.pid_start > 0, std::path::Path::new("/proc/self/stat").exists());
        assert_ne!(holder.worker, super::holder().worker);
    }
}
