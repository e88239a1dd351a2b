package resource

import (
	"crypto/sha256"
	"encoding/hex"
)

// Parts of a metadata.name, <environment>-<component>-<key>, which has at most
// 63 characters.
const (
	longestName        = 63
	longestEnvironment = 32
	longestPool        = 20
)

// PoolRoom is what a key of a node pool's resources may have: their component
// is the pool.
const PoolRoom = longestName - longestEnvironment - longestPool - len("--")

// Room is what a key of another component's resources may have.
func Room(component string) int {
	return longestName - longestEnvironment - len(component) - len("--")
}

// Within makes a key of at most room characters (8 or more): a longer one is
// cut, and told apart by a hash of the whole. It depends on the key alone, so
// that a resource keeps its identity whatever else changes.
func Within(room int, key string) string {
	if len(key) <= room {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	hash := hex.EncodeToString(sum[:3])
	return key[:room-len(hash)-1] + "-" + hash
}
