package catalog

import (
	"strconv"
	"strings"
)

// AutoscalerRelease returns the patch release of the Cluster Autoscaler for a
// Kubernetes version, such as 1.35.2 for 1.35. A version that the table lacks gets
// the release of the nearest one, which is known to exist.
func AutoscalerRelease(kubernetes string) string {
	all := autoscalerReleases()
	nearest := all[0]
	for _, r := range all {
		if minor(r.kubernetes) <= minor(kubernetes) {
			nearest = r
		}
	}
	return nearest.release
}

// autoscalerRelease is a row of the table.
type autoscalerRelease struct{ kubernetes, release string }

// autoscalerReleases are sorted, oldest first.
var autoscalerReleases = list("autoscaler-releases.csv", func(r row) autoscalerRelease {
	return autoscalerRelease{r.text("kubernetes_version"), r.text("release")}
})

// minor returns the 35 of 1.35; 0 if the text is not a version.
func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
