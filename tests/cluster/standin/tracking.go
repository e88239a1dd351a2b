package standin

import (
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// The finalizer by which a provider keeps a ProviderConfig, and the label by which it
// finds those that use one.
const (
	inUse    = "in-use.crossplane.io"
	configOf = "crossplane.io/provider-config"
)

// busy is how long a provider takes until it comes to an object that was deleted.
// Kubernetes' garbage collection is quicker.
const busy = 3 * time.Second

// tracking keeps ProviderConfigs as providers with crossplane-runtime v2.0 to v2.4
// do: each object has a ProviderConfigUsage, which belongs to it and has no
// finalizer, and a ProviderConfig that is deleted goes once it has none. Without its
// ProviderConfig an object is not reached, not even to be deleted.
//
// What is deleted in the foreground loses its ProviderConfigUsage before anything
// else, and with it its hold on the ProviderConfig (crossplane#4661).
type tracking struct {
	client  dynamic.Interface
	queue   workqueue.TypedRateLimitingInterface[config]
	configs map[string]cache.SharedIndexInformer // by group
}

// config is a ProviderConfig.
type config struct{ group, namespace, name string }

// configVersions are the versions of ProviderConfigs, by group.
func configVersions() map[string]string {
	return map[string]string{"aws.m.upbound.io": "v1beta1", "helm.m.crossplane.io": "v1beta1", "kubernetes.m.crossplane.io": "v1alpha1"}
}

// groupOf is the group of an object's ProviderConfig: services of AWS share one.
func groupOf(group string) string {
	if strings.HasSuffix(group, ".aws.m.upbound.io") {
		return "aws.m.upbound.io"
	}
	return group
}

func configResource(group, plural string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: configVersions()[group], Resource: plural}
}

// track begins to keep ProviderConfigs.
func track(ctx context.Context, client dynamic.Interface, factory dynamicinformer.DynamicSharedInformerFactory) (*tracking, error) {
	t := &tracking{
		client: client, configs: map[string]cache.SharedIndexInformer{},
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[config](100*time.Millisecond, 2*time.Second)),
	}
	for group := range configVersions() {
		t.configs[group] = factory.ForResource(configResource(group, "providerconfigs")).Informer()
		add := func(o any) {
			if u, ok := o.(*unstructured.Unstructured); ok {
				t.queue.Add(config{group, u.GetNamespace(), u.GetName()})
			}
		}
		if _, err := t.configs[group].AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: add, UpdateFunc: func(_, o any) { add(o) }}); err != nil {
			return nil, err
		}
		usages := factory.ForResource(configResource(group, "providerconfigusages")).Informer()
		gone := func(o any) {
			if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = last.Obj
			}
			if u, ok := o.(*unstructured.Unstructured); ok {
				t.queue.Add(config{group, u.GetNamespace(), u.GetLabels()[configOf]})
			}
		}
		if _, err := usages.AddEventHandler(cache.ResourceEventHandlerFuncs{DeleteFunc: gone}); err != nil {
			return nil, err
		}
	}
	go t.work(ctx)
	return t, nil
}

func (t *tracking) work(ctx context.Context) {
	for {
		c, shutdown := t.queue.Get()
		if shutdown {
			return
		}
		if err := t.hold(ctx, c); err != nil {
			t.queue.AddRateLimited(c)
		} else {
			t.queue.Forget(c)
		}
		t.queue.Done(c)
	}
}

// hold keeps a ProviderConfig, or lets one go that is deleted and that nothing uses.
func (t *tracking) hold(ctx context.Context, c config) error {
	configs := t.client.Resource(configResource(c.group, "providerconfigs")).Namespace(c.namespace)
	u, err := configs.Get(ctx, c.name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	held := contains(u.GetFinalizers(), inUse)
	switch deleted := u.GetDeletionTimestamp() != nil; {
	case !deleted && !held:
		u.SetFinalizers(append(u.GetFinalizers(), inUse))
	case deleted && held:
		usages, err := t.client.Resource(configResource(c.group, "providerconfigusages")).Namespace(c.namespace).
			List(ctx, metav1.ListOptions{LabelSelector: configOf + "=" + c.name})
		if err != nil || len(usages.Items) > 0 {
			return err
		}
		u.SetFinalizers(without(u.GetFinalizers(), inUse))
	default:
		return nil
	}
	_, err = configs.Update(ctx, u, metav1.UpdateOptions{FieldManager: Manager})
	return err
}

// connect notes that an object uses its ProviderConfig, and fails without one.
func (t *tracking) connect(ctx context.Context, o *object) error {
	name, _, _ := unstructured.NestedString(o.Object, "spec", "providerConfigRef", "name")
	group := groupOf(o.GroupVersionKind().Group)
	usage := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion":        group + "/" + configVersions()[group],
		"kind":              "ProviderConfigUsage",
		"providerConfigRef": map[string]any{"kind": "ProviderConfig", "name": name},
		"resourceRef":       map[string]any{"apiVersion": o.GetAPIVersion(), "kind": o.GetKind(), "name": o.GetName()},
	}}
	usage.SetName(string(o.GetUID()))
	usage.SetNamespace(o.GetNamespace())
	usage.SetLabels(map[string]string{configOf: name})
	usage.SetOwnerReferences([]metav1.OwnerReference{*metav1.NewControllerRef(o, o.GroupVersionKind())})
	usages := t.client.Resource(configResource(group, "providerconfigusages")).Namespace(o.GetNamespace())
	if _, err := usages.Create(ctx, usage, metav1.CreateOptions{FieldManager: Manager}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	configs := t.client.Resource(configResource(group, "providerconfigs")).Namespace(o.GetNamespace())
	if _, err := configs.Get(ctx, name, metav1.GetOptions{}); err != nil {
		return unresolved{fmt.Sprintf("cannot get ProviderConfig %q of %s: %v", name, group, err)}
	}
	return nil
}
