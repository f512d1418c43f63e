//! A sorted map whose copies share what neither of them changed since.
//!
//! It lies in parts of some hundred pieces. A copy counts the parts and copies none of them; a
//! change copies the one part that it touches, where somebody else holds it too. So a thread may be
//! handed tens of thousands of pieces to look at while they go on being changed here.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Most pieces in a part: one is cut in two before it holds more.
const MOST: usize = 256;

/// A sorted map; each part holds at least one piece.
#[derive(Clone)]
pub struct SharedMap<K, V> {
    parts: Vec<Arc<Vec<(K, V)>>>,
    length: usize,
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self { parts: Vec::new(), length: 0 }
    }
}

impl<K, V> SharedMap<K, V> {
    /// How many pieces there are.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All pieces in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        let piece: fn(&(K, V)) -> (&K, &V) = |(key, value)| (key, value);
        let in_part: InPart<'_, K, V> = |part| part.iter();
        self.parts.iter().flat_map(in_part).map(piece)
    }

    /// All keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// The part to which a key belongs, and its place there; an error where it is not there, with the
    /// place that it would have.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> (usize, Result<usize, usize>)
    where
        K: Borrow<Q>,
    {
        let begins_before = |part: &Arc<Vec<(K, V)>>| part.first().is_some_and(|(first, _)| first.borrow() <= key);
        let part = self.parts.partition_point(begins_before).saturating_sub(1);
        let pieces = self.parts.get(part).map_or(&[][..], |pieces| pieces.as_slice());
        (part, pieces.binary_search_by(|(known, _)| known.borrow().cmp(key)))
    }

    /// A key as it is kept, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (part, place) = self.place(key);
        self.parts.get(part)?.get(place.ok()?).map(|(key, value)| (key, value))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// Whether there is a value of a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }
}

impl<K: Ord + Clone, V: Clone> SharedMap<K, V> {
    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        let (at, place) = self.place(&key);
        let Some(part) = self.parts.get_mut(at).map(Arc::make_mut) else {
            self.parts.push(Arc::new(vec![(key, value)]));
            self.length = 1;
            return;
        };
        match place {
            Ok(place) => {
                if let Some(piece) = part.get_mut(place) {
                    piece.1 = value;
                }
            }
            Err(place) => {
                part.insert(place, (key, value));
                self.length += 1;
                if part.len() > MOST {
                    // What comes in order fills parts; what comes in the middle finds room.
                    let kept = if place == MOST { MOST } else { MOST / 2 };
                    let rest = part.split_off(kept);
                    self.parts.insert(at + 1, Arc::new(rest));
                }
            }
        }
    }

    /// Takes a key out with its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        let (at, Ok(place)) = self.place(key) else { return };
        let Some(part) = self.parts.get_mut(at).map(Arc::make_mut) else { return };
        part.remove(place);
        self.length -= 1;
        if part.is_empty() {
            self.parts.remove(at);
        }
    }
}

type InPart<'a, K, V> = fn(&'a Arc<Vec<(K, V)>>) -> std::slice::Iter<'a, (K, V)>;

/// The pieces of a [`SharedMap`] in the order of their keys.
pub type Iter<'a, K, V> = std::iter::Map<
    std::iter::FlatMap<std::slice::Iter<'a, Arc<Vec<(K, V)>>>, std::slice::Iter<'a, (K, V)>, InPart<'a, K, V>>,
    fn(&'a (K, V)) -> (&'a K, &'a V),
>;

impl<'a, K, V> IntoIterator for &'a SharedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for SharedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pieces: I) -> Self {
        let mut map = Self::default();
        pieces.into_iter().for_each(|(key, value)| map.insert(key, value));
        map
    }
}

/// Equal by what is in it: the same pieces may lie in other parts.
impl<K: PartialEq, V: PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.iter().eq(other)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SharedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// How many parts of two maps are not shared.
    fn apart(a: &SharedMap<u16, u8>, b: &SharedMap<u16, u8>) -> usize {
        a.parts.iter().filter(|part| !b.parts.iter().any(|other| Arc::ptr_eq(part, other))).count()
    }

    fn hold(map: &SharedMap<u16, u8>, plain: &BTreeMap<u16, u8>) {
        assert!(map.iter().eq(plain) && map.len() == plain.len() && map.is_empty() == plain.is_empty());
        assert!(map.parts.iter().all(|part| (1..=MOST).contains(&part.len())));
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map_and_its_copies_stay_as_they_were(
            acts in prop::collection::vec((0_u16..1_200, any::<Option<u8>>()), 0..3_000),
            copied in 0_usize..3_000,
        ) {
            let (mut map, mut plain) = (SharedMap::default(), BTreeMap::new());
            let mut copy = None;
            for (nth, (key, value)) in acts.into_iter().enumerate() {
                if nth == copied {
                    copy = Some((map.clone(), plain.clone()));
                }
                if let Some(value) = value {
                    map.insert(key, value);
                    plain.insert(key, value);
                } else {
                    map.remove(&key);
                    plain.remove(&key);
                }
                prop_assert_eq!(map.get(&key), plain.get(&key));
                prop_assert_eq!(map.contains_key(&(key + 1)), plain.contains_key(&(key + 1)));
            }
            hold(&map, &plain);
            prop_assert_eq!(&map, &plain.into_iter().collect());
            if let Some((map, plain)) = copy {
                hold(&map, &plain);
            }
        }
    }

    #[test]
    fn a_change_copies_one_shelf_and_no_other() {
        let map: SharedMap<u16, u8> = (0..20_000).map(|key| (key, 0)).collect();
        assert_eq!(map.parts.len(), 20_000_usize.div_ceil(MOST), "what comes in order fills its parts");
        let mut other = map.clone();
        assert_eq!(apart(&other, &map), 0);
        other.insert(7_000, 1);
        other.remove(&7_001);
        assert_eq!((apart(&other, &map), map.get(&7_000), other.get(&7_000)), (1, Some(&0), Some(&1)));
        assert_ne!(map, other);
    }
}
