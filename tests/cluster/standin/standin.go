package standin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// Manager is the name under which the stand-in writes; the fields that it fills
// are told from others by it.
const Manager = "standin-provider"

// workers is how many objects are worked on at a time.
const workers = 20

// Provider is a running stand-in.
type Provider struct {
	client dynamic.Interface
	world  *world
	ledger *Ledger
	kinds  map[string]kind
	served map[string]served // by service
	delay  func(service string) time.Duration
	queue  workqueue.TypedRateLimitingInterface[key]
	tracks *tracking // of ProviderConfigs; nil when they are not kept
	stop   context.CancelFunc

	mu      sync.Mutex
	started map[string]time.Time // when the making of an object began, by UID
	history []Event
	refused map[key]string // why, by what AWS refuses to change
}

type key struct{ service, namespace, name string }

// Event is a step in the life of a managed resource.
type Event struct {
	Time                     time.Time
	Service, Namespace, Name string
	What                     string // ready, deleted, kept, or refused: and why
}

// Start starts the stand-in for managed resources of the CRDs given. ledger is what
// AWS holds already, and delay how long it takes to make something.
func Start(client dynamic.Interface, crds []unstructured.Unstructured, ledger *Ledger, delay func(service string) time.Duration) (*Provider, error) {
	return start(client, crds, ledger, delay, false)
}

// StartTracking starts one that keeps ProviderConfigs as providers do, which takes an
// object more for each managed resource.
func StartTracking(client dynamic.Interface, crds []unstructured.Unstructured, ledger *Ledger, delay func(service string) time.Duration) (*Provider, error) {
	return start(client, crds, ledger, delay, true)
}

func start(client dynamic.Interface, crds []unstructured.Unstructured, ledger *Ledger, delay func(service string) time.Duration, tracks bool) (*Provider, error) {
	p := &Provider{
		client: client, kinds: kinds(), served: map[string]served{}, delay: delay, started: map[string]time.Time{},
		ledger: ledger, refused: map[key]string{},
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[key](100*time.Millisecond, 2*time.Second)),
	}
	for _, crd := range crds {
		if err := p.serve(crd.Object); err != nil {
			return nil, err
		}
	}
	return p, p.run(tracks)
}

func (p *Provider) serve(crd map[string]any) error {
	s, err := serve(crd)
	if err != nil {
		return err
	}
	name, _, _ := unstructured.NestedString(crd, "spec", "names", "kind")
	group, _, _ := strings.Cut(s.resource.Group, ".")
	service := group + "/" + name
	if _, known := p.kinds[service]; !known {
		return fmt.Errorf("the stand-in does not know %s: say in standin/identity.go who makes its id", service)
	}
	p.served[service] = s
	return nil
}

func (p *Provider) run(tracks bool) error {
	ctx, cancel := context.WithCancel(context.Background())
	p.stop = cancel
	factory := dynamicinformer.NewDynamicSharedInformerFactory(p.client, 0)
	inform := func(group, version, resource string) cache.SharedIndexInformer {
		return factory.ForResource(schema.GroupVersionResource{Group: group, Version: version, Resource: resource}).Informer()
	}
	p.world = &world{
		informers: map[string]cache.SharedIndexInformer{},
		existing:  inform("dominoc.dev", "v1alpha1", "dominoenvironments"),
		configs:   inform("aws.m.upbound.io", "v1beta1", "providerconfigs"),
	}
	for service, s := range p.served {
		informer := factory.ForResource(s.resource).Informer()
		p.world.informers[service] = informer
		if _, err := informer.AddEventHandler(p.enqueue(service)); err != nil {
			return err
		}
	}
	if tracks {
		var err error
		if p.tracks, err = track(ctx, p.client, factory); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for range workers {
		go p.work(ctx)
	}
	return nil
}

// Stop ends the stand-in.
func (p *Provider) Stop() {
	p.stop()
	p.queue.ShutDown()
	if p.tracks != nil {
		p.tracks.queue.ShutDown()
	}
}

// History is what happened to managed resources so far.
func (p *Provider) History() []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Event(nil), p.history...)
}

func (p *Provider) enqueue(service string) cache.ResourceEventHandler {
	add := func(o any) {
		if u, ok := o.(*unstructured.Unstructured); ok {
			p.queue.Add(key{service, u.GetNamespace(), u.GetName()})
		}
	}
	return cache.ResourceEventHandlerFuncs{AddFunc: add, UpdateFunc: func(_, o any) { add(o) }}
}

func (p *Provider) work(ctx context.Context) {
	for {
		k, shutdown := p.queue.Get()
		if shutdown {
			return
		}
		again, err := p.reconcile(ctx, k)
		switch {
		case err != nil:
			p.queue.AddRateLimited(k)
		case again > 0:
			p.queue.AddAfter(k, again)
		default:
			p.queue.Forget(k)
		}
		p.queue.Done(k)
	}
}

// reconcile brings one object a step on. It is tried again after an error, and
// after a while when it says so.
func (p *Provider) reconcile(ctx context.Context, k key) (time.Duration, error) {
	o := p.world.find(k.service, k.namespace, k.name)
	if o == nil {
		return 0, nil
	}
	o.Unstructured = o.DeepCopy()
	o.account, o.ledger = p.world.account(o), p.ledger
	if wait, err := p.connect(ctx, o); wait > 0 || err != nil {
		return wait, err
	}
	if o.GetDeletionTimestamp() != nil {
		return 0, p.remove(ctx, o)
	}
	if err := p.settle(ctx, o); err != nil {
		return 0, p.complain(ctx, o, err)
	}
	if why := p.refusal(k); why != "" {
		return 0, p.condition(ctx, o, "Synced", "False", "ReconcileError", why)
	}
	if wait := p.making(o); wait > 0 {
		return wait, p.condition(ctx, o, "Ready", "False", "Creating", "")
	}
	return 0, p.ready(ctx, o)
}

// connect reaches AWS, or the cluster, by the object's ProviderConfig. What may not be
// deleted is let go without.
func (p *Provider) connect(ctx context.Context, o *object) (time.Duration, error) {
	if p.tracks == nil {
		return 0, nil
	}
	if deleted := o.GetDeletionTimestamp(); deleted != nil {
		if !o.deletable() {
			return 0, nil
		}
		if wait := busy - time.Since(deleted.Time); wait > 0 {
			return wait, nil
		}
	}
	if err := p.tracks.connect(ctx, o); err != nil {
		return 0, p.complain(ctx, o, err)
	}
	return 0, nil
}

// settle resolves references and gives the object its external name.
func (p *Provider) settle(ctx context.Context, o *object) error {
	r := &resolver{world: p.world, of: o}
	spec, _, _ := unstructured.NestedFieldNoCopy(o.Object, "spec", "forProvider")
	if err := r.resolve(spec, p.served[o.service()].wanted); err != nil {
		return err
	}
	if err := p.world.refuse(o); err != nil {
		return err
	}
	if o.name() == "" {
		r.changed = true
		o.SetAnnotations(with(o.GetAnnotations(), externalName, p.nameOf(o)))
	}
	if finalizers := o.GetFinalizers(); !contains(finalizers, finalizer) {
		r.changed = true
		o.SetFinalizers(append(finalizers, finalizer))
	}
	if !r.changed {
		return nil
	}
	updated, err := p.of(o).Update(ctx, o.Unstructured, metav1.UpdateOptions{FieldManager: Manager})
	if err == nil {
		o.Unstructured = updated
	}
	return err
}

// nameOf is the name of an object that has none. Names that dominoc decides are
// there before; where it forgot one, the provider takes the object's name.
func (p *Provider) nameOf(o *object) string {
	if name := p.kinds[o.service()].name; name != nil {
		return name(o)
	}
	return o.GetName()
}

// making is how long AWS still takes for an object.
func (p *Provider) making(o *object) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, held := p.ledger.maker(o); held || o.exists() {
		return 0
	}
	begin, ok := p.started[string(o.GetUID())]
	if !ok {
		begin = time.Now()
		p.started[string(o.GetUID())] = begin
	}
	return max(0, p.delay(o.service())-time.Since(begin))
}

func (p *Provider) ready(ctx context.Context, o *object) error {
	before := o.DeepCopy()
	report := o.report(p.kinds[o.service()], p.served[o.service()].observable)
	if err := unstructured.SetNestedField(o.Object, report, "status", "atProvider"); err != nil {
		return err
	}
	setCondition(o, "Synced", "True", "ReconcileSuccess", "")
	setCondition(o, "Ready", "True", "Available", "")
	first := conditionOf(&object{Unstructured: before}, "Ready") != "True"
	if err := p.update(ctx, before, o); err != nil {
		return err
	}
	if first {
		p.ledger.enter(o)
		p.note(o, "ready")
	}
	return nil
}

// complain writes why an object is not made, as the provider does.
func (p *Provider) complain(ctx context.Context, o *object, why error) error {
	if apierrors.IsConflict(why) || apierrors.IsNotFound(why) {
		return why
	}
	if missing := (unresolved{}); !errors.As(why, &missing) {
		p.note(o, "refused: "+why.Error())
	}
	return errors.Join(why, p.condition(ctx, o, "Synced", "False", "ReconcileError", why.Error()))
}

func (p *Provider) condition(ctx context.Context, o *object, kind, status, reason, message string) error {
	before := o.DeepCopy()
	setCondition(o, kind, status, reason, message)
	return p.update(ctx, before, o)
}

func (p *Provider) update(ctx context.Context, before *unstructured.Unstructured, o *object) error {
	if equality.Semantic.DeepEqual(before.Object["status"], o.Object["status"]) {
		return nil
	}
	_, err := p.of(o).UpdateStatus(ctx, o.Unstructured, metav1.UpdateOptions{FieldManager: Manager})
	return err
}

// remove lets a deleted object go once AWS lets it. What may not be deleted
// stays in AWS and goes here only.
func (p *Provider) remove(ctx context.Context, o *object) error {
	what := "deleted"
	if !o.deletable() {
		what = "kept"
	} else if why := p.world.keeps(o); why != "" {
		p.note(o, "refused: "+why)
		return errors.New(why)
	}
	if what == "deleted" {
		p.ledger.strike(o)
	}
	o.SetFinalizers(without(o.GetFinalizers(), finalizer))
	if _, err := p.of(o).Update(ctx, o.Unstructured, metav1.UpdateOptions{FieldManager: Manager}); err != nil {
		return err
	}
	p.note(o, what)
	return nil
}

func (p *Provider) of(o *object) dynamic.ResourceInterface {
	return p.client.Resource(p.served[o.service()].resource).Namespace(o.GetNamespace())
}

// note writes down what happened; what happens again and again, once.
func (p *Provider) note(o *object, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := Event{time.Now(), o.service(), o.GetNamespace(), o.GetName(), what}
	for _, last := range p.history {
		if last.Time = e.Time; last == e && strings.HasPrefix(what, "refused") {
			return
		}
	}
	p.history = append(p.history, e)
}
