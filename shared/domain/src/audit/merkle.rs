//! Merkle trees as in RFC 9162 (and RFC 6962 before it), over the hashes of events: a root commits to all events, and a
//! path with one hash for each level proves that an event is one of them.
//!
//! The hashes of leaves and nodes begin with different bytes (`00` and `01`), so that a node can't be passed off as an
//! event.

use crate::core::digest::sha256;

/// A hash in a tree.
pub type Node = [u8; 32];

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Node {
    let mut bytes = Vec::with_capacity(1 + data.len());
    bytes.push(0);
    bytes.extend_from_slice(data);
    sha256(&bytes)
}

fn parent(left: &Node, right: &Node) -> Node {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sha256(&bytes)
}

/// A tree that grows leaf by leaf and keeps one hash for each of its levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// The roots of its complete subtrees, the largest first: one for each bit of `size`.
    peaks: Vec<Node>,
}

impl Tree {
    /// Adds the leaf of an event, by the event's hash.
    pub fn push(&mut self, event: &Node) {
        let mut bytes = [0; 33];
        bytes[1..].copy_from_slice(event);
        let mut node = sha256(&bytes);
        let mut full = self.size;
        while full & 1 == 1 {
            // A set bit is a peak.
            let Some(left) = self.peaks.pop() else { break };
            node = parent(&left, &node);
            full >>= 1;
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree; that of an empty tree is the hash of no bytes.
    pub fn root(&self) -> Node {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return sha256(&[]) };
        peaks.fold(*last, |right, left| parent(left, &right))
    }
}

/// The path from leaf `index` to the root of the tree with these leaves ([`leaf`]), from below; `None` if there is no
/// such leaf.
pub fn path(leaves: &[Node], index: usize) -> Option<Vec<Node>> {
    if index >= leaves.len() {
        return None;
    }
    let mut level = leaves.to_vec();
    let (mut index, mut path) = (index, Vec::new());
    while level.len() > 1 {
        path.extend(level.get(index ^ 1));
        // A last node without a sibling is its own parent, which is the same as splitting at powers of two.
        level =
            level.chunks(2).map(|pair| if let [left, right] = pair { parent(left, right) } else { pair[0] }).collect();
        index /= 2;
    }
    Some(path)
}

/// The root to which `path` leads from a leaf ([`leaf`]) in a tree of `size`; `None` if a path in such a tree is
/// shorter or longer.
pub fn root_of(leaf: &Node, index: u64, size: u64, path: &[Node]) -> Option<Node> {
    if index >= size {
        return None;
    }
    let (mut index, mut last, mut path) = (index, size - 1, path.iter());
    let mut node = *leaf;
    while last > 0 {
        if index & 1 == 1 {
            node = parent(path.next()?, &node);
        } else if index < last {
            node = parent(&node, path.next()?);
        }
        index >>= 1;
        last >>= 1;
    }
    path.next().is_none().then_some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::digest::{hex, unhex};

    /// The inputs and roots with which implementations of RFC 6962 are tested.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// The definition: split at the largest power of two below the size.
    fn root_by_definition(leaves: &[Node]) -> Node {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                parent(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    fn events(count: usize) -> Vec<Node> {
        (0..count).map(|number| sha256(&number.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_those_of_the_published_vectors() {
        let leaves: Vec<Node> = LEAVES.iter().map(|data| leaf(&unhex(data).unwrap())).collect();
        for (count, root) in (1..).zip(ROOTS) {
            assert_eq!(hex(&root_by_definition(&leaves[..count])), root);
        }
        assert_eq!(hex(&Tree::default().root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn a_tree_that_grew_has_the_root_of_the_definition_and_every_leaf_a_path_to_it() {
        let mut tree = Tree::default();
        let mut leaves = Vec::new();
        for event in events(70) {
            tree.push(&event);
            leaves.push(leaf(&event));
            let (root, size) = (tree.root(), tree.size());
            assert_eq!(root, root_by_definition(&leaves), "{size}");
            for (index, leaf) in leaves.iter().enumerate() {
                let path = path(&leaves, index).unwrap();
                assert_eq!(root_of(leaf, index as u64, size, &path), Some(root), "{index} of {size}");
            }
        }
        assert_eq!(path(&leaves, 70), None);
    }

    #[test]
    fn a_path_leads_from_no_other_leaf_place_or_tree_to_the_root() {
        let leaves: Vec<Node> = events(21).iter().map(|event| leaf(event)).collect();
        let root = Some(root_by_definition(&leaves));
        for index in 0..21 {
            let path = path(&leaves, index).unwrap();
            let at = |leaf: &Node, index: usize, path: &[Node]| root_of(leaf, index as u64, 21, path);
            for other in (0..21).filter(|other| *other != index) {
                assert_ne!(at(&leaves[other], index, &path), root);
                assert_ne!(at(&leaves[index], other, &path), root);
            }
            for place in 0..path.len() {
                let mut changed = path.clone();
                changed[place][0] ^= 1;
                assert_ne!(at(&leaves[index], index, &changed), root);
                changed.remove(place);
                assert_ne!(at(&leaves[index], index, &changed), root);
            }
            assert_eq!(at(&leaves[index], index, &[path.clone(), vec![[0; 32]]].concat()), None);
        }
        assert_eq!(root_of(&leaves[0], 21, 21, &[]), None);
        assert_eq!(root_of(&leaves[0], 0, 0, &[]), None);
    }
}
