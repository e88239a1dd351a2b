package live

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Unused returns the Compositions, sorted by name, that nothing uses and that were created
// before a time. written reports whether the output has a Composition. Composite resources
// are read after the Compositions, so that no use is missed.
func (c *Cluster) Unused(ctx context.Context, written func(name string) bool, before time.Time) ([]unstructured.Unstructured, error) {
	compositions, err := c.List(ctx, compositionKind, "")
	if err != nil {
		return nil, err
	}
	var composites []sync.Object
	for _, kind := range xr.Kinds() {
		found, err := c.List(ctx, schema.GroupVersionKind{Group: xr.Group, Version: xr.Version, Kind: kind.Name}, "")
		if err != nil {
			return nil, err
		}
		composites = append(composites, contents(found)...)
	}
	slices.SortFunc(compositions, func(a, b unstructured.Unstructured) int { return strings.Compare(a.GetName(), b.GetName()) })
	names := map[string]bool{}
	for _, o := range sync.Unused(contents(compositions), composites, written) {
		names[(&unstructured.Unstructured{Object: o}).GetName()] = true
	}
	return slices.DeleteFunc(compositions, func(c unstructured.Unstructured) bool {
		return !names[c.GetName()] || c.GetCreationTimestamp().After(before)
	}), nil
}

func contents(all []unstructured.Unstructured) []sync.Object {
	out := make([]sync.Object, len(all))
	for i, o := range all {
		out[i] = o.Object
	}
	return out
}
