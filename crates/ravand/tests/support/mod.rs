//! A package made by hand, as its build would make it, and a client that calls the front controller.

#![allow(dead_code, clippy::expect_used, reason = "each test file uses its own part")]

use axum::body::Body;
use http::{Request, Response};
use ravand::private::{Bootstrap, File, Package};
use ravand::{Application, Class, FrontController, Options};
use tower::Service;

/// A package of these classes and files.
pub fn package(manifest: &'static str, routing: Option<&'static str>, classes: Vec<Class>) -> Package {
    Package {
        name: "shop",
        root: env!("CARGO_MANIFEST_DIR"),
        manifest: File { name: "package.json", text: manifest },
        routing: routing.map(|text| File { name: "routing.json", text }),
        phrases: Vec::new(),
        frontends: Vec::new(),
        classes,
        bootstrap: None,
        migrations: ravand::private::migrations![],
    }
}

/// The same package with a bootstrap.
pub fn with_bootstrap(mut package: Package, bootstrap: Bootstrap) -> Package {
    package.bootstrap = Some(bootstrap);
    package
}

/// An application of one package, in a folder of its own that is gone with the guard.
pub fn application(package: Package, options: serde_json::Value) -> (Application, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let application = Application::new("test", "/nowhere", vec![package])
        .root(folder.path())
        .options(Options::new(options));
    (application, folder)
}

/// Calls the front controller as a server would.
pub async fn call(front: &FrontController, request: Request<Body>) -> Response<Body> {
    let mut front = front.clone();
    front.call(request).await.expect("the front controller always answers")
}

/// A request without a body.
pub fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost").body(Body::empty()).expect("a request")
}

/// The body as text.
pub async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the body");
    String::from_utf8(bytes.to_vec()).expect("a text")
}
