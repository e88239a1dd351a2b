package bootstrap

import (
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// plural returns a kind's plural in its CRD, in lower case: a test compares the plurals
// of all composed kinds with the CRDs. The provider's generator takes
// BucketOwnershipControls for a plural.
func plural(kind string) string {
	kind = strings.ToLower(kind)
	if strings.HasSuffix(kind, "controls") {
		return kind
	}
	return words.Plural(kind)
}
