//! The fields of a body by the objects that they stand in.

use super::leaf::Leaf;
use crate::contract::{profile::auth::AskedField, python::Text};

#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf { name: Text, leaf: Leaf },
    Object { name: Text, nodes: Vec<Node>, forbids_others: bool },
}

impl Node {
    pub(super) fn name(&self) -> &Text {
        match self {
            Self::Leaf { name, .. } | Self::Object { name, .. } => name,
        }
    }

    pub(super) fn text(&self) -> &str {
        self.name().as_str().unwrap_or_default()
    }

    /// It has a default other than `None`.
    pub(super) fn is_defaulted(&self) -> bool {
        match self {
            Self::Leaf { leaf, .. } => leaf.is_defaulted(),
            Self::Object { .. } => false,
        }
    }
}

/// An object stands where its first field does.
pub(super) fn grow(fields: &[AskedField], forbids_others: bool) -> Vec<Node> {
    let paths: Vec<(&[String], &AskedField)> =
        fields.iter().map(|field| (field.path.as_slice(), field)).collect();
    branch(&paths, forbids_others)
}

fn branch(paths: &[(&[String], &AskedField)], forbids_others: bool) -> Vec<Node> {
    let mut names: Vec<&str> = Vec::new();
    for (path, _) in paths {
        if let Some(first) = path.first().filter(|first| !names.contains(&first.as_str())) {
            names.push(first);
        }
    }
    let node = |name: &str| {
        let below: Vec<(&[String], &AskedField)> = paths
            .iter()
            .filter(|(path, _)| path.first().is_some_and(|first| first == name))
            .map(|(path, field)| (&path[1..], *field))
            .collect();
        match below.as_slice() {
            [([], field)] => Node::Leaf { name: name.into(), leaf: Leaf::new(field) },
            _ => Node::Object { name: name.into(), nodes: branch(&below, forbids_others), forbids_others },
        }
    };
    names.into_iter().map(node).collect()
}
