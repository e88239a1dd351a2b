package plan_test

import (
	"maps"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// prod returns the environment of the reference: three zones, GPU, all else the
// schema's defaults.
func prod() *v1alpha1.Environment {
	return &v1alpha1.Environment{
		Name: "prod-us", Account: "123456789012", Region: "us-west-2",
		Zones:             []string{"us-west-2a", "us-west-2b", "us-west-2c"},
		ControlPlaneZones: []string{"us-west-2a", "us-west-2b", "us-west-2c"},
		HighAvailability:  new(true),
		Domain:            v1alpha1.Domain{FQDN: "domino.example.com"},
		Network: v1alpha1.Network{
			CIDR: "10.0.0.0/16", ServiceCIDR: "172.20.0.0/16", NATGateways: "perZone", FlowLogs: true,
			Endpoints: v1alpha1.Endpoints{ECR: true},
		},
		Cluster: v1alpha1.Cluster{
			Version: "1.35", SupportType: "STANDARD", NetworkPolicy: "calico", InCluster: "provider",
			Logs: v1alpha1.Logs{RetentionDays: 365, Types: []v1alpha1.LogType{"api", "audit", "authenticator", "controllerManager", "scheduler"}},
		},
		Pools: map[string]v1alpha1.Pool{
			"platform":    pool("platform", "m7i-flex.2xlarge", 4, 6, 128),
			"default":     pool("default", "m6i.2xlarge", 1, 20, 400),
			"default-gpu": gpuPool(),
		},
		Storage: v1alpha1.Storage{
			Datasets: v1alpha1.Datasets{
				ThroughputMode: "elastic", AccessPoint: v1alpha1.AccessPoint{Path: "/domino", Permissions: "777"},
				Backup: v1alpha1.Backup{ColdAfterDays: 35, DeleteAfterDays: 125},
			},
			BlockStorage: v1alpha1.BlockStorage{Type: "gp3"},
			Drivers:      v1alpha1.Drivers{EBS: "addon", EFS: "addon", Volumes: "account", Rights: "podIdentity"},
			Buckets:      v1alpha1.Buckets{Data: bucket(), Registry: bucket(), Logs: bucket(), Backups: bucket(), Monitoring: logBucket()},
		},
		Deletion: "protect",
		Accept:   map[string]string{"endpoint-unreachable": "nobody installs Domino there"},
		Provider: v1alpha1.Provider{Source: "PodIdentity"},
	}
}

func bucket() v1alpha1.Bucket { return v1alpha1.Bucket{NoncurrentVersionDays: 30} }

func logBucket() v1alpha1.LogBucket { return v1alpha1.LogBucket{NoncurrentVersionDays: 30} }

func pool(name, instanceType string, least, most, diskGiB int64) v1alpha1.Pool {
	p := v1alpha1.Pool{
		Size:          v1alpha1.Size{Min: &least, Max: &most, Desired: &least},
		InstanceTypes: []string{instanceType}, Architecture: "x86_64", CapacityType: "onDemand",
		Disk: v1alpha1.Disk{SizeGiB: &diskGiB, Type: "gp3", IOPS: new(int64(3000)), ThroughputMiBps: new(int64(500))},
		GPU:  new(false), NodePool: name, Update: v1alpha1.Update{Strategy: "DEFAULT", MaxUnavailablePercentage: new(int64(50))},
	}
	if name == "platform" {
		p.Disk.ThroughputMiBps = new(int64(125))
		p.Update = v1alpha1.Update{Strategy: "DEFAULT", MaxUnavailable: new(int64(1))}
	}
	return p
}

func gpuPool() v1alpha1.Pool {
	p := pool("default-gpu", "g5.2xlarge", 0, 5, 400)
	p.GPU = new(true)
	return p
}

// dev returns the same in one zone, its control plane in two.
func dev() *v1alpha1.Environment {
	env := prod()
	env.Zones, env.ControlPlaneZones = env.Zones[:1], env.ControlPlaneZones[:2]
	env.HighAvailability = new(false)
	return env
}

// existing returns the same in a VPC of the user's.
func existing() *v1alpha1.Environment {
	env := prod()
	env.Network.CIDR, env.Network.Endpoints.S3 = "10.8.0.0/16", true
	env.Network.VPC = &v1alpha1.VPC{
		ID: "vpc-0a1b2c3d4e5f60718", CIDR: "10.8.0.0/16",
		Subnets: v1alpha1.VPCSubnets{
			Private: map[string]v1alpha1.Subnet{
				"us-west-2a": {ID: "subnet-0000000000000000a", CIDR: "10.8.0.0/20"},
				"us-west-2b": {ID: "subnet-0000000000000000b", CIDR: "10.8.16.0/20"},
				"us-west-2c": {ID: "subnet-0000000000000000c", CIDR: "10.8.32.0/20"},
			},
		},
		RouteTables: map[string]string{"us-west-2a": "rtb-0000000000000000a", "us-west-2b": "rtb-0000000000000000a", "us-west-2c": "rtb-0000000000000000c"},
	}
	env.Accept = maps.Clone(env.Accept)
	if env.Accept == nil {
		env.Accept = map[string]string{}
	}
	env.Accept["vpc-subnet-tags"] = "the network team put them there"
	return env
}

// edited is a pool of the environment, changed.
func edited(env *v1alpha1.Environment, name string, edit func(*v1alpha1.Pool)) {
	p := env.Pools[name]
	edit(&p)
	env.Pools[name] = p
}
