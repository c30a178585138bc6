//! The attributes of controllers, listeners, processes and views: a thin shell over ravand-codegen.
