//! Allocations from path to token, counted by the allocator: `bench-allocations` prints a line for each kind of path.
//!
//! A plugin counts between two hooks of the whole way: `route` is from the end of `route_startup` to the beginning of
//! `route_shutdown`, and has the router and the box that every hook's future is; `hook` is from one hook to the next
//! with nothing but that box between them.

use std::alloc::System;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request as HttpRequest;
use bench_app::{Extras, application_with};
use ravand::{Context, Options, Plugin, RouteRequest, Token};
use ravand_benches::bare::Fault;
use ravand_router::{Outcome, Request, Router, Rule, parts};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Paths of the thousand routes.
const PATHS: [(&str, &str); 4] = [
    ("static", "/area3/resource30"),
    ("one", "/area3/resource30/77"),
    ("two", "/area3/resource30/77/files/report.pdf"),
    ("long", "/area3/resource30/77/files/a/very/long/path/of/many/letters/that/has/to/go/somewhere.pdf"),
];

fn main() -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let counts = Arc::new(Counts::default());
    let options = serde_json::json!({ "secret": "a secret of the benchmarks that guards nothing" });
    let application = application_with(Extras::named("routes")).options(Options::new(options));
    let front = runtime.block_on(application.plugin(Counting(counts.clone())).start())?;
    let mut out = std::io::stdout();
    let router = router()?;
    for (kind, path) in PATHS {
        let asked = Request::get(path);
        let before = now();
        let found = router.find(&asked);
        let find = now() - before;
        if !matches!(found, Outcome::Found(_)) {
            return Err(format!("{path} finds nothing").into());
        }
        // The first request makes what all requests share.
        for _ in 0..2 {
            let request = HttpRequest::get(path).header("host", "localhost").body(Body::empty())?;
            let response = runtime.block_on(front.handle(request, IpAddr::V4(Ipv4Addr::LOCALHOST)));
            if !response.status().is_success() {
                return Err(format!("{path}: {}", response.status()).into());
            }
        }
        let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        writeln!(out, "{kind} find {find} route {} hook {}", count(&counts.route), count(&counts.hook))?;
    }
    Ok(())
}

fn router() -> Result<Router, Fault> {
    let mut builder = Router::builder();
    for path in ["/area3/resource30", "/area3/resource30/:id", "/area3/resource30/:id/files/:file..."] {
        builder.add(Rule { methods: vec!["GET".into()], ..Rule::path(parts(path)) })?;
    }
    Ok(builder.build())
}

fn now() -> usize {
    ALLOCATOR.stats().allocations + ALLOCATOR.stats().reallocations
}

/// Allocations of the last request.
#[derive(Default)]
struct Counts {
    mark: AtomicUsize,
    route: AtomicUsize,
    hook: AtomicUsize,
}

struct Counting(Arc<Counts>);

impl Counting {
    fn mark(&self) {
        self.0.mark.store(now(), Ordering::Relaxed);
    }

    fn since(&self, count: &AtomicUsize) {
        count.store(now() - self.0.mark.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

#[async_trait]
impl Plugin for Counting {
    async fn route_startup(&self, _: &mut RouteRequest<'_>, _: &Context) -> ravand::Result<()> {
        self.mark();
        Ok(())
    }

    async fn route_shutdown(&self, _: &mut Token, _: &Context) -> ravand::Result<()> {
        self.since(&self.0.route);
        self.mark();
        Ok(())
    }

    async fn dispatch_loop_startup(&self, _: &mut Token, _: &Context) -> ravand::Result<()> {
        self.since(&self.0.hook);
        Ok(())
    }
}
