package catalog

// AutoscalerRelease returns the patch release of the Cluster Autoscaler for a
// Kubernetes version, such as 1.35.2 for 1.35. A version that the table lacks gets
// the release of the nearest one, which is known to exist.
func AutoscalerRelease(kubernetes string) string {
	all := autoscalerReleases()
	nearest := all[0]
	for _, r := range all {
		if Minor(r.kubernetes) <= Minor(kubernetes) {
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
