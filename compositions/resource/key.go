package resource

import (
	"crypto/sha256"
	"encoding/hex"
)

// KeyLength is what a key may have so that <environment>-<component>-<key>
// stays within 63 characters: an environment has at most 32, a component 8.
const KeyLength = 63 - len("-") - len("-") - 32 - 8

// PoolKeyLength is KeyLength in a node pool, whose name has at most 20.
const PoolKeyLength = 63 - len("-") - len("-") - 32 - 20

// Within makes a key of at most limit characters (8 or more): a longer one is
// cut, and told apart by a hash of the whole. It depends on the key alone, so
// that a resource keeps its identity whatever else changes.
func Within(limit int, key string) string {
	if len(key) <= limit {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	hash := hex.EncodeToString(sum[:3])
	return key[:limit-len(hash)-1] + "-" + hash
}
