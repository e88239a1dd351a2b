package main

import (
	"context"
	"slices"
	"sync"

	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/gitops-engine/pkg/utils/kube/kubetest"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/util/openapi"
)

// cluster is one that takes everything and writes down what it is told.
type cluster struct {
	kubetest.MockKubectlCmd
	kinds            kinds
	mutex            sync.Mutex
	applied, deleted []string
}

func (c *cluster) note(list *[]string, kind, name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	*list = append(*list, kind+" "+name)
}

func (c *cluster) ManageResources(*rest.Config, openapi.Resources) (kube.ResourceOperations, func(), error) {
	return &operations{cluster: c}, func() {}, nil
}

func (c *cluster) DeleteResource(_ context.Context, _ *rest.Config, gvk schema.GroupVersionKind, name, _ string, _ metav1.DeleteOptions) error {
	c.note(&c.deleted, gvk.Kind, name)
	return nil
}

// step is what the cluster was told. Objects of one kind are applied at once, in
// no order.
func (c *cluster) step(phase common.OperationPhase, message string, results []common.ResourceSyncResult) step {
	slices.Sort(c.deleted)
	s := step{Phase: phase, Message: message, Applied: c.applied, Deleted: c.deleted}
	for _, r := range results {
		s.Results = append(s.Results, result{Name: r.ResourceKey.Kind + " " + r.ResourceKey.Name, Status: r.Status, Message: r.Message})
	}
	return s
}

type operations struct {
	kubetest.MockResourceOps
	cluster *cluster
}

// ApplyResource refuses a kind that the API server does not have, as it would.
func (o *operations) ApplyResource(_ context.Context, object *unstructured.Unstructured, dryRun cmdutil.DryRunStrategy, _, _, serverSide bool, _ string) (string, error) {
	if !o.cluster.kinds.has(object.GetAPIVersion(), object.GetKind()) {
		return "", &meta.NoKindMatchError{GroupKind: object.GroupVersionKind().GroupKind()}
	}
	if dryRun == cmdutil.DryRunNone {
		how := ""
		if !serverSide {
			how = " by the client"
		}
		o.cluster.note(&o.cluster.applied, object.GetKind(), object.GetName()+how)
	}
	return "", nil
}
