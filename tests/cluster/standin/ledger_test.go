package standin

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

func TestWhatExistsIsTakenUp(t *testing.T) {
	l := NewLedger()
	cluster := func(uid, name string) *object {
		o := &object{Unstructured: &unstructured.Unstructured{Object: map[string]any{"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": "Cluster"}}, ledger: l}
		o.SetNamespace("n")
		o.SetUID(types.UID(uid))
		o.SetAnnotations(map[string]string{externalName: name})
		return o
	}
	first, again, other := cluster("1", "c"), cluster("2", "c"), cluster("3", "d")
	made := first.digest()
	l.enter(first)
	require.Equal(t, made, again.digest(), "it is what AWS has")
	require.NotEqual(t, made, other.digest())
	l.enter(again)
	require.Equal(t, []string{"eks/Cluster c"}, l.Holds("n"))
	l.strike(again)
	require.Empty(t, l.Holds("n"))
	require.NotEqual(t, made, again.digest(), "the old one is gone")
}

func TestWhatIsInsideGoesWithItsCluster(t *testing.T) {
	l := NewLedger()
	made := func(group, kind, name string) *object {
		o := &object{Unstructured: &unstructured.Unstructured{Object: map[string]any{"apiVersion": group + "/v1beta1", "kind": kind}}, ledger: l}
		o.SetNamespace("n")
		o.SetAnnotations(map[string]string{externalName: name})
		return o
	}
	cluster := made("eks.aws.m.upbound.io", "Cluster", "c")
	for _, o := range []*object{cluster, made("helm.m.crossplane.io", "Release", "r"), made("s3.aws.m.upbound.io", "Bucket", "b")} {
		l.enter(o)
	}
	l.strike(cluster)
	require.Equal(t, []string{"s3/Bucket b"}, l.Holds("n"))
}
