package bootstrap

import (
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// plural is a kind's plural in its CRD, in lower case: a test checks those of all
// kinds that are composed against the real CRDs. The provider's generator takes
// BucketOwnershipControls for a plural.
func plural(kind string) string {
	kind = strings.ToLower(kind)
	if strings.HasSuffix(kind, "controls") {
		return kind
	}
	return words.Plural(kind)
}
