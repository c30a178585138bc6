//! What a package can name: its own classes and those of the packages that it declares.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use ravand_core::{Address, AddressKey, Problem, Problems, nearest};
use ravand_manifest::Spanned;

use crate::files::Files;
use crate::scan::classes::{Kind, Member};
use crate::scan::package::{Depth, Package, PackageClass};

/// The packages that are known to a build.
pub(crate) struct World<'a> {
    pub(crate) packages: Vec<&'a Package>,
    /// The names of all packages next to each other, read or not.
    pub(crate) names: Vec<String>,
    /// Whether these are all packages of an application.
    pub(crate) whole: bool,
    /// Those that are used through others only, as far as their templates and phrases go.
    far: Vec<&'a Package>,
    /// The folder that they lie in.
    folder: PathBuf,
    /// Those that were not read, once somebody looked for a name in them.
    unread: OnceCell<Vec<Package>>,
}

/// An address as somebody wrote it, and what it should lead to.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a, 'w> {
    /// The package in whose files it stands.
    pub(crate) owner: &'a Package,
    pub(crate) address: &'w Spanned<Address>,
    pub(crate) kind: Kind,
    /// It is written from `packages/` on, also in its own package.
    pub(crate) in_full: bool,
}

/// What an address leads to.
pub(crate) enum Target<'a> {
    /// This package's class, or method.
    Found(&'a Package, &'a PackageClass),
    /// Nobody can tell here: a theme's class, or a package that could not be read.
    Unknown,
}

/// A method with its class and package.
pub(crate) type Found<'a> = (&'a Package, &'a PackageClass, &'a Member);

impl<'a> World<'a> {
    /// The packages that were read, of those in `folder`.
    pub(crate) fn new(packages: Vec<&'a Package>, names: Vec<String>, folder: &Path, whole: bool) -> Self {
        let folder = folder.to_owned();
        Self { packages, names, whole, far: Vec::new(), folder, unread: OnceCell::new() }
    }

    /// The same with the packages that are used through others only.
    pub(crate) fn and_far(self, far: Vec<&'a Package>) -> Self {
        Self { far, ..self }
    }

    /// All packages that were read, be it in part.
    pub(crate) fn with_far(&self) -> Vec<&'a Package> {
        self.packages.iter().chain(&self.far).copied().collect()
    }

    /// The package that an address names.
    pub(crate) fn package(&self, name: &str) -> Option<&'a Package> {
        let key = AddressKey::of(name);
        self.packages.iter().find(|package| AddressKey::of(&package.name) == key).copied()
    }

    /// The packages whose classes, rules and phrases this one can name: itself first.
    pub(crate) fn visible(&self, owner: &'a Package) -> impl Iterator<Item = &'a Package> {
        let others =
            self.packages.iter().filter(|other| other.name != owner.name && owner.depends_on(&other.name));
        std::iter::once(owner).chain(others.copied())
    }

    /// The packages that this one does not declare, to say in which of them a name is that it missed. They are read
    /// for that only, so nothing is remembered of them.
    pub(crate) fn out_of_sight(&self, owner: &Package) -> impl Iterator<Item = &Package> {
        let unread = self.unread.get_or_init(|| {
            let names = self.names.iter().filter(|name| self.package(name).is_none());
            names
                .map(|name| {
                    let (root, prefix) = (self.folder.join(name), format!("../{name}/"));
                    let problems = &mut Problems::default();
                    Package::scan(&mut Files::default(), &root, &prefix, Depth::Names, problems)
                })
                .collect()
        });
        let hidden = self.packages.iter().copied().filter(|other| other.name != owner.name);
        hidden.chain(unread).filter(|other| !owner.depends_on(&other.name))
    }

    /// The class of an address.
    pub(crate) fn class(&self, wanted: Wanted<'a, '_>) -> Result<Target<'a>, Problem> {
        let Wanted { owner, address, kind, .. } = wanted;
        let Some(package) = self.reach(owner, address)? else { return Ok(Target::Unknown) };
        let key = AddressKey::of(address.value.class());
        let same = || package.classes.iter().filter(|class| *class.address.key() == key);
        if let Some(class) = same().find(|class| class.class.kind == kind) {
            return Ok(Target::Found(package, class));
        }
        if package.broken {
            return Ok(Target::Unknown);
        }
        let named = wanted.named(address.value.class());
        let problem =
            Problem::error(format!("there is no {} `{named}`", kind.word())).at(address.place.clone());
        if let Some(other) = same().next() {
            let (other, mark) = (&other.class, kind.mark());
            let text = format!(
                "`{}` at {} is {}; `{mark}` makes {}",
                other.name,
                other.place,
                other.kind.with_article(),
                kind.with_article()
            );
            return Err(problem.help(text));
        }
        if let Some(file) = package.types.get(&key) {
            let text = format!("`{}` in {file} has no `{}`", address.value.class_name(), kind.mark());
            return Err(problem.help(text));
        }
        Err(self.where_it_is(wanted, &named, problem))
    }

    /// The method of an address.
    pub(crate) fn method(&self, wanted: Wanted<'a, '_>) -> Result<Option<Found<'a>>, Problem> {
        let Wanted { address, kind, .. } = wanted;
        let Target::Found(package, class) = self.class(wanted)? else { return Ok(None) };
        let word = kind.method_word();
        let named = wanted.named(class.address.as_str());
        let public =
            || class.class.members.iter().filter(|member| member.public || member.name == "no_route");
        let Some(method) = address.value.method() else {
            let problem = Problem::error(format!("`{named}` is a class, and a method of it is named here"));
            let mut problem = problem.at(address.place.clone());
            if let Some(first) = public().next() {
                problem = problem.help(format!("write `{named}@{}`", first.name));
            }
            return Err(problem);
        };
        let key = AddressKey::of(method);
        if let Some(member) = public().find(|member| AddressKey::of(&member.name) == key) {
            return Ok((!member.refused).then_some((package, class, member)));
        }
        let problem = Problem::error(format!("the {} `{named}` has no {word} `{method}`", kind.word()));
        let problem = problem.at(address.place.clone());
        if let Some(private) = class.class.members.iter().find(|member| AddressKey::of(&member.name) == key) {
            let text = format!("`{}` at {} is private: write `pub` before it", private.name, private.place);
            return Err(problem.help(text));
        }
        let helped = problem.clone().suggest(method, public().map(|member| member.name.as_str()));
        if !helped.help.is_empty() {
            return Err(helped);
        }
        let known: Vec<String> = public().map(|member| member.name.clone()).collect();
        Err(match known.as_slice() {
            [] => problem.help("it has no public method"),
            known => problem.help(format!("it has {}", list(known))),
        })
    }

    /// The problem with the right name of a class that was missed: in another folder or package, or the nearest.
    fn where_it_is(&self, wanted: Wanted<'a, '_>, named: &str, problem: Problem) -> Problem {
        let Wanted { owner, address, kind, .. } = wanted;
        let name = AddressKey::of(address.value.class_name());
        let classes =
            |package: &'a Package| package.classes.iter().filter(move |class| class.class.kind == kind);
        let known: Vec<&PackageClass> = self.visible(owner).flat_map(classes).collect();
        let shown: Vec<String> = known.iter().map(|class| wanted.named(class.address.as_str())).collect();
        let mut same =
            known.iter().zip(&shown).filter(|(class, _)| AddressKey::of(&class.class.name) == name);
        if let (Some((_, shown)), None) = (same.next(), same.next()) {
            return problem.help(format!("did you mean `{shown}`?"));
        }
        let near = nearest_address(named, shown.iter().map(String::as_str));
        if let Some(near) = near {
            return problem.help(format!("did you mean `{near}`?"));
        }
        let below = below(address.value.class());
        let elsewhere = self.out_of_sight(owner).find_map(|package| {
            let class = package
                .classes
                .iter()
                .find(|class| class.class.kind == kind && self::below(class.address.as_str()) == below)?;
            Some((package, class))
        });
        if let Some((package, class)) = elsewhere {
            return problem
                .help(format!("`{}` is {}", class.address, kind.with_article()))
                .help(declare(&package.name));
        }
        match shown.as_slice() {
            [] => problem.help(format!(
                "no file that `autoload` names has a `{}`; it names folders and files below `src/`",
                kind.mark()
            )),
            shown => problem.help(format!("there are {}", list(shown))),
        }
    }

    /// The package of an address, when it may be named; nothing when it cannot be looked into.
    fn reach(&self, owner: &'a Package, address: &Spanned<Address>) -> Result<Option<&'a Package>, Problem> {
        let name = address.value.package();
        let key = AddressKey::of(name);
        if !address.value.class().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("packages/")) {
            return Ok(None);
        }
        if key == AddressKey::of(&owner.name) {
            return Ok(Some(owner));
        }
        if key == AddressKey::of("base") {
            let text = format!("the framework has no `{}`", address.value);
            return Err(Problem::error(text).at(address.place.clone()));
        }
        let real = self.names.iter().find(|known| AddressKey::of(known) == key);
        let Some(real) = real else {
            let problem = Problem::error(format!("there is no package `{name}`")).at(address.place.clone());
            let helped = problem.clone().suggest(name, self.names.iter().map(String::as_str));
            return Err(match helped.help.is_empty() {
                true => problem.help(format!("there are {}", list(&self.names))),
                false => helped,
            });
        };
        if !owner.is_declared {
            return Ok(None);
        }
        if !owner.depends_on(real) {
            let text = format!(
                "`{}` is of the package `{real}`, which `{}` does not declare",
                address.value, owner.name
            );
            return Err(Problem::error(text).at(address.place.clone()).help(declare(real)));
        }
        Ok(self.package(real))
    }
}

impl Wanted<'_, '_> {
    /// An address as it would be written in this place.
    fn named(&self, address: &str) -> String {
        if self.in_full { address.to_owned() } else { short(self.owner, address) }
    }
}

/// How a package is declared.
pub(crate) fn declare(package: &str) -> String {
    format!(
        "write `\"{package}\"` into `dependencies` of package.json, and \
         `{package} = {{ path = \"../{package}\" }}` under `[dependencies]` of Cargo.toml"
    )
}

/// An address as the owner would write it: without `packages/<owner>/`.
pub(crate) fn short(owner: &Package, address: &str) -> String {
    let own = format!("packages/{}/", owner.name);
    match address.get(..own.len()) {
        Some(start) if start.eq_ignore_ascii_case(&own) => address[own.len()..].to_owned(),
        _ => address.to_owned(),
    }
}

/// The address most like another. A folder that both stand in makes them no more alike.
pub(crate) fn nearest_address<'n>(
    address: &str,
    candidates: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let split = |address: &str| address.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = address.split_at(split(address));
    let folder = AddressKey::of(folder);
    let (same, others): (Vec<&str>, Vec<&str>) =
        candidates.partition(|candidate| AddressKey::of(&candidate[..split(candidate)]) == folder);
    let names = same.iter().map(|candidate| &candidate[split(candidate)..]);
    let near = nearest(name, names.clone());
    let near = near.and_then(|near| same.iter().zip(names).find(|(_, name)| *name == near));
    near.map(|(candidate, _)| *candidate).or_else(|| nearest(address, others))
}

/// `` `a`, `b` and `c` ``; at most six of them.
pub(crate) fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(6).map(|name| format!("`{name}`")).collect();
    match (names.len() - shown.len(), shown.split_last()) {
        (0, Some((last, []))) => last.clone(),
        (0, Some((last, rest))) => format!("{} and {last}", rest.join(", ")),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The part of a class's address behind the package's name.
fn below(class: &str) -> AddressKey {
    AddressKey::of(class.splitn(3, '/').nth(2).unwrap_or_default())
}
