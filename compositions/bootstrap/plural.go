package bootstrap

import "strings"

// plural is a kind's plural in its CRD, in lower case. The provider's generator
// asks a library of English; the kinds that we compose need four of its rules,
// and a test holds them against the real CRDs.
func plural(kind string) string {
	kind = strings.ToLower(kind)
	stem, isY := strings.CutSuffix(kind, "y")
	switch {
	case strings.HasSuffix(kind, "controls"):
		return kind
	case isY && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e"):
		return stem + "ies"
	case strings.HasSuffix(kind, "s") || strings.HasSuffix(kind, "x"):
		return kind + "es"
	}
	return kind + "s"
}
