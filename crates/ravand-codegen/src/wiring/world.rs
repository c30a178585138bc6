//! What a package can name: its own classes and those of the packages that it declares.

use ravand_core::{Address, AddressKey, Problem};
use ravand_manifest::Spanned;

use crate::scan::classes::{Kind, Member};
use crate::scan::package::{Package, PackageClass};

/// The packages that are known to a build.
pub(crate) struct World<'a> {
    pub(crate) packages: Vec<&'a Package>,
    /// The names of all packages next to each other, read or not.
    pub(crate) names: Vec<String>,
    /// Whether these are all packages of an application.
    pub(crate) whole: bool,
}

/// What an address leads to.
pub(crate) enum Target<'a> {
    /// This package's class, or method.
    Found(&'a Package, &'a PackageClass),
    /// Nobody can tell here: a theme's class, or a package that could not be read.
    Unknown,
}

impl<'a> World<'a> {
    /// The package that an address names.
    pub(crate) fn package(&self, name: &str) -> Option<&'a Package> {
        let key = AddressKey::of(name);
        self.packages.iter().find(|package| AddressKey::of(&package.name) == key).copied()
    }

    /// The packages whose classes this one can name: itself first.
    pub(crate) fn visible(&self, owner: &'a Package) -> impl Iterator<Item = &'a Package> {
        let others =
            self.packages.iter().filter(|other| other.name != owner.name && owner.depends_on(&other.name));
        std::iter::once(owner).chain(others.copied())
    }

    /// The class of an address that stands in a file of `owner`.
    pub(crate) fn class(
        &self,
        owner: &'a Package,
        address: &Spanned<Address>,
        kind: Kind,
    ) -> Result<Target<'a>, Problem> {
        let Some(package) = self.reach(owner, address)? else { return Ok(Target::Unknown) };
        let key = AddressKey::of(address.value.class());
        let same = || package.classes.iter().filter(|class| *class.address.key() == key);
        if let Some(class) = same().find(|class| class.class.kind == kind) {
            return Ok(Target::Found(package, class));
        }
        if package.broken {
            return Ok(Target::Unknown);
        }
        let named = short(owner, address.value.class());
        let problem =
            Problem::error(format!("there is no {} `{named}`", kind.word())).at(address.place.clone());
        if let Some(other) = same().next() {
            let (other, mark) = (&other.class, kind.mark());
            let text = format!(
                "`{}` at {} is a {}; `{mark}` makes a {}",
                other.name,
                other.place,
                other.kind.word(),
                kind.word()
            );
            return Err(problem.help(text));
        }
        if let Some(file) = package.types.get(&key) {
            let text = format!("`{}` in {file} has no `{}`", address.value.class_name(), kind.mark());
            return Err(problem.help(text));
        }
        let known: Vec<String> = self
            .visible(owner)
            .flat_map(|package| &package.classes)
            .filter(|class| class.class.kind == kind)
            .map(|class| short(owner, class.address.as_str()))
            .collect();
        let helped = problem.clone().suggest(&named, known.iter().map(String::as_str));
        if !helped.help.is_empty() {
            return Err(helped);
        }
        Err(match known.as_slice() {
            [] => problem.help(format!(
                "no file that `autoload` names has a `{}`; it names folders and files below `src/`",
                kind.mark()
            )),
            known => problem.help(format!("there are {}", list(known))),
        })
    }

    /// The method of an address that stands in a file of `owner`.
    pub(crate) fn method(
        &self,
        owner: &'a Package,
        address: &Spanned<Address>,
        kind: Kind,
    ) -> Result<Option<(&'a Package, &'a PackageClass, &'a Member)>, Problem> {
        let Target::Found(package, class) = self.class(owner, address, kind)? else { return Ok(None) };
        let word = kind.method_word();
        let named = short(owner, class.address.as_str());
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
            return Err(Problem::error(text).at(address.place.clone()).help(format!(
                "write `\"{real}\"` into `dependencies` of package.json, and \
                 `{real} = {{ path = \"../{real}\" }}` under `[dependencies]` of Cargo.toml"
            )));
        }
        Ok(self.package(real))
    }
}

/// An address as the owner would write it: without `packages/<owner>/`.
pub(crate) fn short(owner: &Package, address: &str) -> String {
    let own = format!("packages/{}/", owner.name);
    match address.get(..own.len()) {
        Some(start) if start.eq_ignore_ascii_case(&own) => address[own.len()..].to_owned(),
        _ => address.to_owned(),
    }
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
