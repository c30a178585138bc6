//! Themes: the sources of one name merged in load order, a later one overriding an earlier.

use std::collections::HashMap;

use ravand_core::{Address, AddressKey};
use ravand_manifest::{AssetKind, AssetSource};

use crate::base::Assets;
use crate::package::LoadedPackage;

/// What all frontends of all packages give together.
#[derive(Default)]
pub(crate) struct Sources {
    /// Templates by name; of the chosen theme first, then of the others.
    pub templates: HashMap<&'static str, &'static str>,
    /// The template that themes give a view, by the key of its address.
    pub views: HashMap<AddressKey, String>,
    /// What `load_css` emits, in order: URL or text.
    pub styles: Vec<Emitted>,
    /// What `load_js` emits, in order.
    pub scripts: Vec<Emitted>,
    /// Which theme an asset's name belongs to.
    pub asset_themes: HashMap<String, String>,
}

/// A style or script of a theme.
#[derive(Clone, Debug)]
pub(crate) enum Emitted {
    /// A file, by `theme/file`.
    File(String),
    /// A file elsewhere.
    Url(String),
}

impl Sources {
    /// Merges the frontends; those of the theme `chosen` override all others.
    pub fn merge(packages: &[LoadedPackage], chosen: Option<&str>, assets: &mut Assets) -> Self {
        let mut sources = Self::default();
        for pass in [false, true] {
            for package in packages {
                for (frontend, theme) in package.source.frontends.iter().zip(&package.themes) {
                    let name = theme.name.as_ref().map(|name| name.value.as_str());
                    let is_chosen = chosen.is_some() && chosen == name;
                    if is_chosen == pass {
                        sources.add(package, frontend, theme, assets);
                    }
                }
            }
        }
        sources
    }

    fn add(
        &mut self,
        package: &LoadedPackage,
        frontend: &crate::package::Frontend,
        theme: &ravand_manifest::Theme,
        assets: &mut Assets,
    ) {
        let Some(name) = theme.name.as_ref().map(|name| &name.value) else { return };
        self.templates.extend(frontend.templates.iter().map(|template| (template.name, template.text)));
        for view in &theme.views {
            if let Ok(address) = Address::parse(&view.name.value, &package.name) {
                // A theme's own view of a parent shows the parent, as in `{name: "views/List", parent: "packages/…/List"}`.
                let keys = view
                    .parent
                    .iter()
                    .map(|parent| parent.value.key().clone())
                    .chain([address.key().clone()]);
                for key in keys {
                    self.views.insert(
                        key,
                        view.file.value.strip_prefix("html/").unwrap_or(&view.file.value).to_owned(),
                    );
                }
            }
        }
        for asset in &frontend.assets {
            assets.add(name, asset.name, asset.bytes);
            self.asset_themes.insert(asset.name.to_owned(), name.clone());
        }
        for asset in &theme.assets {
            let list = match asset.kind {
                AssetKind::Css => &mut self.styles,
                AssetKind::Js => &mut self.scripts,
                _ => continue,
            };
            let emitted = match &asset.source {
                AssetSource::File(file) if file.value.contains("://") => Emitted::Url(file.value.clone()),
                AssetSource::File(file) => {
                    // theme.json names files from its own folder; they are served from `assets/` on.
                    let file = file.value.strip_prefix("assets/").unwrap_or(&file.value);
                    Emitted::File(format!("{name}/{file}"))
                }
                AssetSource::Inline(text) => {
                    // Inline texts are served as files, so that the content security policy needs no exception.
                    let extension = if asset.kind == AssetKind::Css { "css" } else { "js" };
                    let file = format!("inline/{}-{}.{extension}", package.name, list.len());
                    assets.add(name, &file, Box::leak(text.value.clone().into_bytes().into_boxed_slice()));
                    Emitted::File(format!("{name}/{file}"))
                }
                AssetSource::Package(_) => continue,
            };
            list.push(emitted);
        }
    }
}
