//! The build scripts of applications and packages: a thin shell over ravand-codegen.
