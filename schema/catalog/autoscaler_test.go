package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestTheAutoscalerIsAReleaseThatExists(t *testing.T) {
	for kubernetes, release := range map[string]string{
		"1.34": "1.34.5", "1.35": "1.35.2", "1.36": "1.36.1",
		"1.24": "1.29.5", "1.37": "1.36.1", // not in the table: the nearest
	} {
		require.Equal(t, release, catalog.AutoscalerRelease(kubernetes), kubernetes)
	}
}

func TestEveryVersionWithSupportHasAReleaseOfTheAutoscaler(t *testing.T) {
	for _, v := range catalog.Versions() {
		if v.EndOfExtendedSupport > catalog.VersionsAsOf() {
			require.True(t, strings.HasPrefix(catalog.AutoscalerRelease(v.Kubernetes), v.Kubernetes+"."), v.Kubernetes)
		}
	}
}
