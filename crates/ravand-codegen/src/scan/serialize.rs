//! What `#[serde(…)]` says of how a type is written.

use syn::{Attribute, LitStr};

use super::asked::{RENAMES, Rename};

/// The attributes of a type or of a field, as far as they matter to who reads it.
#[derive(Default)]
pub(super) struct Serialize {
    pub(super) skip: bool,
    pub(super) flatten: bool,
    pub(super) transparent: bool,
    /// It is written in a way of its own.
    pub(super) opaque: bool,
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<Rename>,
    pub(super) tag: Option<String>,
}

impl Serialize {
    /// Of a type; nothing when it does not derive it, or when an attribute cannot be read.
    pub(super) fn of(attributes: &[Attribute]) -> Option<Self> {
        derives(attributes).then_some(())?;
        Self::of_field(attributes)
    }

    /// Of a field; nothing when an attribute cannot be read.
    pub(super) fn of_field(attributes: &[Attribute]) -> Option<Self> {
        let mut serde = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("cfg_attr") {
                return None;
            }
            if attribute.path().is_ident("serde") {
                attribute.parse_nested_meta(|meta| serde.read(&meta)).ok()?;
            }
        }
        Some(serde)
    }

    fn read(&mut self, meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.require_ident()?.to_string();
        match key.as_str() {
            "skip" | "skip_serializing" => self.skip = true,
            "flatten" => self.flatten = true,
            "transparent" => self.transparent = true,
            "with" | "serialize_with" | "into" | "remote" | "untagged" | "content" => self.opaque = true,
            _ => {}
        }
        if meta.input.peek(syn::token::Paren) {
            return meta.parse_nested_meta(|inner| {
                let text: LitStr = inner.value()?.parse()?;
                if inner.path.is_ident("serialize") {
                    self.set(&key, &text)?;
                }
                Ok(())
            });
        }
        if meta.input.peek(syn::Token![=]) {
            let value: syn::Expr = meta.value()?.parse()?;
            if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &value {
                self.set(&key, text)?;
            }
        }
        Ok(())
    }

    fn set(&mut self, key: &str, text: &LitStr) -> syn::Result<()> {
        match key {
            "rename" => self.rename = Some(text.value()),
            "tag" => self.tag = Some(text.value()),
            "rename_all" => {
                let known = RENAMES.iter().find(|(name, _)| *name == text.value());
                let (_, rename) = known.ok_or_else(|| syn::Error::new(text.span(), "unknown"))?;
                self.rename_all = Some(*rename);
            }
            _ => {}
        }
        Ok(())
    }
}

fn derives(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let read = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == "Serialize");
            Ok(())
        });
        read.is_ok() && found
    })
}
