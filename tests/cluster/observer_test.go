package cluster

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// observer watches managed resources and writes down when each became ready and
// when it went.
type observer struct {
	stop context.CancelFunc

	mu     sync.Mutex
	ready  map[string]bool // by UID
	events []standin.Event
}

// observe watches the kinds of some CRDs until it is stopped.
func observe(t *testing.T, client dynamic.Interface, crds []unstructured.Unstructured) *observer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	o := &observer{stop: cancel, ready: map[string]bool{}}
	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
	for _, crd := range crds {
		kind := stored(crd)
		plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
		informer := factory.ForResource(schema.GroupVersionResource{Group: kind.Group, Version: kind.Version, Resource: plural}).Informer()
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    o.saw,
			UpdateFunc: func(_, now any) { o.saw(now) },
			DeleteFunc: o.lost,
		})
		require.NoError(t, err)
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return o
}

func (o *observer) saw(now any) {
	u, ok := now.(*unstructured.Unstructured)
	if !ok || harness.Condition(u, "Ready") != "True" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ready[string(u.GetUID())] {
		o.ready[string(u.GetUID())] = true
		o.note(u, "ready")
	}
}

func (o *observer) lost(last any) {
	if unknown, ok := last.(cache.DeletedFinalStateUnknown); ok {
		last = unknown.Obj
	}
	if u, ok := last.(*unstructured.Unstructured); ok {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.note(u, departure(u))
	}
}

// departure is deleted, or kept for what stays in AWS.
func departure(u *unstructured.Unstructured) string {
	policies, limited, _ := unstructured.NestedStringSlice(u.Object, "spec", "managementPolicies")
	all := strings.Join(policies, " ")
	if limited && !strings.Contains(all, "*") && !strings.Contains(all, "Delete") {
		return "kept"
	}
	return "deleted"
}

func (o *observer) note(u *unstructured.Unstructured, what string) {
	o.events = append(o.events, standin.Event{
		Time: time.Now(), Service: serviceOf(u), Namespace: u.GetNamespace(), Name: u.GetName(), What: what,
	})
}

func (o *observer) seen() []standin.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]standin.Event(nil), o.events...)
}
