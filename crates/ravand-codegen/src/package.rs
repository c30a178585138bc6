//! A package's build: reads its folder, checks its wiring, writes its modules and its class map.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;
use ravand_core::{AddressKey, Problems};
use ravand_manifest::Event;

use crate::built::{Built, pretty};
use crate::files::{Files, normal};
use crate::scan::classes::Kind;
use crate::scan::frontend::{Frontend, PhraseFile};
use crate::scan::modules::ident;
use crate::scan::package::{Depth, Package};
use crate::wiring::{self, Wire, World};

/// Builds the package whose folder is `root`: `package.rs`, and what is wrong with it.
///
/// The packages that it declares are looked for next to it and read too.
pub fn package(root: &Path) -> Built {
    let root = normal(root);
    let (mut files, mut problems) = (Files::default(), Problems::default());
    let package = Package::scan(&mut files, &root, "", Depth::Uses, &mut problems);
    let siblings = root.parent().map(Path::to_owned).unwrap_or_default();
    let names = package_names(&siblings);
    let others: Vec<Package> = names
        .iter()
        .filter(|name| **name != package.name && package.depends_on(name))
        // What is wrong with another package is told by its own build.
        .map(|name| {
            let (root, prefix) = (siblings.join(name), format!("../{name}/"));
            Package::scan(&mut files, &root, &prefix, Depth::Names, &mut Problems::default())
        })
        .collect();
    let far = far(&mut files, &siblings, &names, &package, &others);
    let world = World::new(std::iter::once(&package).chain(&others).collect(), names, &siblings, false);
    let world = world.and_far(far.iter().collect());
    wiring::check(&world, &package, &mut problems);
    wiring::check_templates(&world, &[&package], true, &mut problems);
    let watched = files.into_watched();
    let deny_warnings = package.cargo.deny_warnings;
    if problems.has_errors() {
        return Built { code: String::new(), problems, watched, deny_warnings };
    }
    let wires: Vec<Wire> =
        package.events().filter_map(|event| wiring::wire(&world, &package, event).ok().flatten()).collect();
    let code = pretty(&format!("the package `{}`", package.name), tokens(&package, &wires));
    Built { code, problems, watched, deny_warnings }
}

/// The events whose listeners may give data to any view.
const VIEW_EVENTS: [&str; 2] =
    ["packages/base/view/events/BeforeLoad", "packages/base/view/events/AfterLoad"];

/// The packages that those of `others` use: their templates may be what a page ends in. Rust is read of those only
/// that have a listener of views, for it may give a page its data.
fn far(
    files: &mut Files,
    siblings: &Path,
    names: &[String],
    package: &Package,
    others: &[Package],
) -> Vec<Package> {
    let mut far: Vec<Package> = Vec::new();
    let uses = |package: &Package| -> Vec<String> {
        package.manifest.dependencies.iter().map(|on| on.value.clone()).collect()
    };
    let mut wanted: Vec<String> = others.iter().flat_map(uses).collect();
    while let Some(name) = wanted.pop() {
        let known = std::iter::once(package).chain(others).chain(&far).any(|known| known.name == name);
        if known || !names.contains(&name) {
            continue;
        }
        let (root, prefix) = (siblings.join(&name), format!("../{name}/"));
        let mut scan = |depth| Package::scan(files, &root, &prefix, depth, &mut Problems::default());
        let mut found = scan(Depth::Files);
        let gives_data =
            |event: &Event| VIEW_EVENTS.iter().any(|known| event.name.value.key() == &AddressKey::of(known));
        if found.events().any(gives_data) {
            found = scan(Depth::Names);
        }
        wanted.extend(uses(&found));
        far.push(found);
    }
    far
}

/// The names of the packages in a folder; nothing is remembered of it.
pub(crate) fn package_names(folder: &Path) -> Vec<String> {
    let entries = Files::default().list(folder);
    entries.into_iter().filter(|entry| Package::is_at(&entry.path)).map(|entry| entry.name).collect()
}

fn tokens(package: &Package, wires: &[Wire]) -> TokenStream {
    let modules = package.modules.tokens();
    let (name, root) = (&package.name, text(&package.root));
    let manifest = file("package.json", &package.manifest_source.path);
    let routing = match &package.routing {
        Some((name, _)) => {
            let file = file(name, &package.root.join(name));
            quote! { ::core::option::Option::Some(#file) }
        }
        None => quote! { ::core::option::Option::None },
    };
    let phrases = phrases(&package.phrases);
    let frontends = list(package.frontends.iter().map(frontend));
    let classes = list(package.classes.iter().map(|class| {
        let kind = match class.class.kind {
            Kind::Controller => quote! { controller },
            Kind::Middleware => quote! { middleware },
            Kind::Listener => quote! { listener },
            Kind::Process => quote! { process },
            Kind::Event => quote! { event },
            Kind::View => quote! { view },
        };
        let (cfg, path) = (conditions(&class.class.cfg), wiring::path(package, package, class));
        let (address, file) = (class.address.as_str(), &class.file);
        let line = proc_macro2::Literal::usize_unsuffixed(class.class.place.line);
        quote! { #(#cfg)* ::ravand::private::Class::#kind::<#path>(#address, #file, #line) }
    }));
    let bootstrap = match &package.bootstrap {
        Some(modules) => {
            let modules = modules.iter().map(|module| ident(module));
            quote! { ::core::option::Option::Some(crate #(::#modules)* ::RAVAND_BOOTSTRAP) }
        }
        None => quote! { ::core::option::Option::None },
    };
    let migrations = package.migrations.iter().map(|(name, modules)| {
        let modules = modules.iter().map(|module| ident(module));
        quote! {
            ::ravand::private::Migration::new(#name, ::std::boxed::Box::new(crate #(::#modules)* ::Migration))
        }
    });
    let wires = wires.iter().map(|Wire { event, listener, constant, cfg }| {
        let cfg = conditions(cfg);
        quote! { #(#cfg)* const _: () = ::ravand::private::listens::<#event, _>(#listener::#constant); }
    });
    quote! {
        #modules

        #[doc(hidden)]
        pub fn ravand_package() -> ::ravand::private::Package {
            ::ravand::private::Package {
                name: #name,
                root: #root,
                manifest: #manifest,
                routing: #routing,
                phrases: #phrases,
                frontends: #frontends,
                classes: #classes,
                bootstrap: #bootstrap,
                migrations: ::ravand::private::migrations![#(#migrations),*],
            }
        }

        #(#wires)*
    }
}

/// The attributes of a class as tokens.
fn conditions(cfg: &[String]) -> Vec<TokenStream> {
    cfg.iter().filter_map(|attribute| attribute.parse().ok()).collect()
}

fn frontend(frontend: &Frontend) -> TokenStream {
    let folder = &frontend.folder;
    let theme = file(&format!("{folder}/theme.json"), &frontend.theme_path);
    let templates = list(frontend.templates.iter().map(|(name, path)| file(name, path)));
    let assets = list(frontend.assets.iter().map(|(name, path)| {
        let path = text(path);
        quote! { ::ravand::private::Asset { name: #name, bytes: ::core::include_bytes!(#path) } }
    }));
    let phrases = phrases(&frontend.phrases);
    quote! {
        ::ravand::private::Frontend {
            folder: #folder,
            theme: #theme,
            templates: #templates,
            assets: #assets,
            phrases: #phrases,
        }
    }
}

fn phrases(phrases: &[PhraseFile]) -> TokenStream {
    list(phrases.iter().map(|PhraseFile { language, file: name, path, .. }| {
        let file = file(name, path);
        quote! { ::ravand::private::PhraseFile { language: #language, file: #file } }
    }))
}

fn file(name: &str, path: &Path) -> TokenStream {
    let path = text(path);
    quote! { ::ravand::private::File { name: #name, text: ::core::include_str!(#path) } }
}

fn list(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote! { ::std::vec::Vec::from([#(#items),*]) }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
