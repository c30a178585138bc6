//! The package `base`: the framework itself. It loads first and serves what themes and storages publish.

use std::collections::HashMap;

use http::{HeaderValue, header};
use ravand_core::{Error, Response, Result};

use crate::controller::Param;
use crate::package::{File, Package};
use crate::prelude::*;
use crate::{App, Class};

/// Where the error page's style is served.
pub(crate) const ERROR_STYLE: &str = "/assets/base/error.css";

/// The package as its build would make it.
pub(crate) fn package() -> Package {
    Package {
        name: "base",
        root: env!("CARGO_MANIFEST_DIR"),
        manifest: File { name: "package.json", text: include_str!("base/package.json") },
        routing: Some(File { name: "routing.json", text: include_str!("base/routing.json") }),
        phrases: Vec::new(),
        frontends: Vec::new(),
        classes: vec![Class::controller::<Files>("packages/base/controllers/Files", "src/base.rs", line!())],
        bootstrap: None,
        #[cfg(feature = "database")]
        migrations: crate::database::base_migrations(),
        #[cfg(not(feature = "database"))]
        migrations: (),
    }
}

/// Serves the assets of themes and the public storages of packages.
#[derive(Controller)]
pub struct Files {
    app: App,
    head: http::HeaderMap,
    uri: http::Uri,
}

#[controller]
impl Files {
    /// A file of a theme, from the program itself: `/assets/helpdesk/css/app.css`.
    pub async fn asset(
        &self,
        Param(theme): Param<String>,
        Param(file): Param<String>,
    ) -> Result<axum::response::Response> {
        let name = format!("{theme}/{file}");
        let asset = self
            .app
            .0
            .assets
            .get(&name)
            .ok_or_else(|| Error::not_found(format!("there is no asset `{name}`")))?;
        let mut response = axum::response::Response::new(axum::body::Body::empty());
        let headers = response.headers_mut();
        // Only an address with the version in it names these bytes for good.
        let versioned = self.uri.query() == Some(format!("v={}", asset.version).as_str());
        let cache = match versioned {
            true => HeaderValue::from_static("public, max-age=31536000, immutable"),
            false => HeaderValue::from_static("no-cache"),
        };
        headers.insert(header::ETAG, asset.etag.clone());
        headers.insert(header::CACHE_CONTROL, cache);
        let known =
            self.head.get(header::IF_NONE_MATCH).is_some_and(|known| known == asset.etag || known == "*");
        if known {
            *response.status_mut() = http::StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        headers.insert(header::CONTENT_TYPE, asset.mime_type.clone());
        *response.body_mut() = axum::body::Body::from(asset.bytes);
        Ok(response)
    }

    /// A file of a package's public storage: `/storage/ticketing/manual.pdf`.
    pub async fn public(
        &self,
        Param(package): Param<String>,
        Param(file): Param<String>,
    ) -> Result<Response> {
        let storage = Storage::of(&self.app, &package, "public")
            .map_err(|_| Error::not_found(format!("there is no package `{package}`")))?;
        let path = storage.path(&file).map_err(|_| Error::not_found(format!("`{file}` is no path")))?;
        Ok(Response::new(true).set_file(path))
    }
}

/// The assets of all themes, by `theme/file`.
#[derive(Default)]
pub(crate) struct Assets(HashMap<String, Asset>);

/// One asset with its headers ready.
pub(crate) struct Asset {
    pub bytes: &'static [u8],
    pub etag: HeaderValue,
    pub mime_type: HeaderValue,
    /// What makes the asset's URL change with its bytes.
    pub version: String,
}

impl Assets {
    /// Adds a file; a later one of the same name takes its place.
    pub fn add(&mut self, theme: &str, file: &str, bytes: &'static [u8]) {
        use sha2::Digest as _;
        let version: String =
            sha2::Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let mime_type = mime_guess::from_path(file).first_or_octet_stream();
        let mime_type = match mime_type.type_() == mime_guess::mime::TEXT {
            true => format!("{mime_type}; charset=utf-8"),
            false => mime_type.to_string(),
        };
        let header =
            |text: &str| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        let asset =
            Asset { bytes, etag: header(&format!("\"{version}\"")), mime_type: header(&mime_type), version };
        self.0.insert(format!("{theme}/{file}"), asset);
    }

    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }

    /// The framework's own files.
    pub fn with_base() -> Self {
        let mut assets = Self::default();
        assets.add("base", "error.css", include_bytes!("base/error.css"));
        assets
    }
}
