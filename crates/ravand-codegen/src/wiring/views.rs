//! The templates that views name.

use ravand_core::{Problem, Problems};

use super::World;
use crate::scan::frontend::suggest_file;
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    let in_sight: Vec<&Package> = match world.whole {
        true => world.packages.clone(),
        false => world.visible(package).collect(),
    };
    if in_sight
        .iter()
        .any(|package| package.broken && package.frontends.len() < package.manifest.frontend.len())
    {
        return;
    }
    let frontends = in_sight.iter().flat_map(|package| &package.frontends);
    let templates = frontends.flat_map(|frontend| &frontend.templates).map(|(name, _)| name.as_str());
    for class in &package.classes {
        let Some((template, place)) = &class.class.template else { continue };
        if templates.clone().any(|known| known == template) {
            continue;
        }
        let problem = Problem::error(format!("there is no template `{template}`")).at(place.clone());
        let near = suggest_file(problem.clone(), template, templates.clone());
        problems.push(match near.help.is_empty() {
            false => near,
            true => problem.help(
                "templates lie below `html/` of the frontend folders of the package and of those it depends on",
            ),
        });
    }
}
