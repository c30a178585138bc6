//! The processes that manifests' schedules name.

use ravand_core::Problems;

use super::World;
use super::world::Wanted;
use crate::scan::classes::Kind;
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    for schedule in &package.manifest.schedules {
        let wanted =
            Wanted { owner: package, address: &schedule.process, kind: Kind::Process, in_full: false };
        problems.0.extend(world.method(wanted).err());
    }
}
