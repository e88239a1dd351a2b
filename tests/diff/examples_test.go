package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// examples are values for the fields of the schema, of which an environment takes
// those that are another value there and that the rest of its file allows. A list
// of two is a name in a map and its value.
var examples = map[string][]string{
	"account":                                       {`"210987654321"`},
	"controlPlaneZones.*":                           {`"{region}f"`, `"{region}e"`},
	"highAvailability":                              {`true`, `false`},
	"domino":                                        {`{"version":"6.2"}`},
	"domino.version":                                {`"6.1.4"`, `"6.2"`},
	"domain.fqdn":                                   {`"new.{fqdn}"`, `"other.example.org"`},
	"domain.certificate":                            {`{"arn":"arn:{partition}:acm:{region}:{account}:certificate/1234abcd"}`},
	"domain.certificate.arn":                        {`"arn:{partition}:acm:{region}:{account}:certificate/1234abce"`},
	"domain.hostedZone":                             {`{"id":"Z0123456789ABC","name":"{fqdn}"}`},
	"domain.hostedZone.id":                          {`"Z0123456789ABD"`},
	"domain.hostedZone.name":                        {`"{fqdn}"`, `"example.com"`},
	"domain.hostedZone.roleARN":                     {`"arn:{partition}:iam::210987654321:role/dns"`},
	"network.cidr":                                  {`"10.96.0.0/16"`, `"10.224.0.0/16"`},
	"network.podCIDR":                               {`"100.64.0.0/16"`, `"100.72.0.0/16"`},
	"network.serviceCIDR":                           {`"192.168.0.0/20"`, `"172.24.0.0/16"`},
	"network.natGateways":                           {`"perZone"`, `"single"`},
	"network.endpoints.s3":                          {`true`, `false`},
	"network.endpoints.ecr":                         {`true`, `false`},
	"network.flowLogs":                              {`true`, `false`},
	"network.vpc.id":                                {`"vpc-0aaaaaaaaaaaaaaaa"`},
	"network.vpc.routeTables.*":                     {`["{zone}","rtb-0aaaaaaaaaaaaaaaa"]`},
	"network.peers.*":                               {`{"name":"new-peer","cidr":"172.31.0.0/20","connection":"pcx-0aaaaaaaaaaaaaaaa"}`, `{"name":"new-peer","cidr":"172.31.0.0/20","request":{"vpc":"vpc-0aaaaaaaaaaaaaaaa"}}`},
	"network.peers.*.name":                          {`"renamed-peer"`},
	"network.peers.*.cidr":                          {`"172.30.0.0/20"`},
	"network.peers.*.connection":                    {`"pcx-0bbbbbbbbbbbbbbbb"`, `"tgw-0bbbbbbbbbbbbbbbb"`, `"vgw-0bbbbbbbbbbbbbbbb"`},
	"network.peers.*.attach":                        {`true`, `false`},
	"network.peers.*.environment":                   {`"another-one"`},
	"network.peers.*.request.vpc":                   {`"vpc-0bbbbbbbbbbbbbbbb"`},
	"network.peers.*.request.account":               {`"210987654321"`},
	"network.peers.*.request.region":                {`"eu-west-1"`, `"us-gov-east-1"`, `"cn-northwest-1"`},
	"cluster.version":                               {`"1.33"`, `"1.34"`, `"1.35"`},
	"cluster.endpoint.allowedCIDRs.*":               {`"198.51.100.0/24"`},
	"cluster.endpoint.privateCIDRs.*":               {`"10.250.0.0/24"`},
	"cluster.logs.types.*":                          {`"api"`, `"audit"`, `"scheduler"`},
	"cluster.logs.retentionDays":                    {`1`, `3653`},
	"cluster.admins.*":                              {`"arn:{partition}:iam::{account}:role/new-admin"`, `{"arn":"arn:{partition}:iam::{account}:role/new-viewer","policy":"AmazonEKSViewPolicy"}`},
	"cluster.admins.*.arn":                          {`"arn:{partition}:iam::{account}:role/other-admin"`},
	"cluster.admins.*.policy":                       {`"AmazonEKSClusterAdminPolicy"`, `"AmazonEKSViewPolicy"`},
	"cluster.admins.*.namespaces.*":                 {`"domino-compute"`},
	"cluster.admins.*.kubernetesGroups.*":           {`"new-group"`},
	"cluster.identityProviders.*":                   {`{"name":"okta","issuerURL":"https://okta.example.com","clientID":"kubernetes"}`},
	"cluster.identityProviders.*.name":              {`"other-name"`},
	"cluster.identityProviders.*.issuerURL":         {`"https://other.example.com"`},
	"cluster.identityProviders.*.clientID":          {`"other-client"`},
	"cluster.identityProviders.*.usernameClaim":     {`"upn"`},
	"cluster.identityProviders.*.usernamePrefix":    {`"other:"`},
	"cluster.identityProviders.*.groupsClaim":       {`"roles"`},
	"cluster.identityProviders.*.groupsPrefix":      {`"others:"`},
	"cluster.identityProviders.*.requiredClaims.*":  {`["new-claim","yes"]`},
	"cluster.supportType":                           {`"STANDARD"`, `"EXTENDED"`},
	"cluster.networkPolicy":                         {`"calico"`, `"vpc-cni"`},
	"cluster.inCluster":                             {`"provider"`, `"gitops"`, `"none"`},
	"cluster.handOver":                              {`true`, `false`},
	"fips":                                          {`true`, `false`},
	"ring":                                          {`"early"`, `"late"`},
	"cluster.addons.*":                              {`["coredns",{"enabled":false}]`, `["kube-proxy",{"version":"v1.34.9-eksbuild.1"}]`},
	"cluster.addons.*.enabled":                      {`true`, `false`},
	"cluster.addons.*.version":                      {`"v9.9.9-eksbuild.1"`},
	"cluster.addons.*.configuration":                {`{"replicaCount":0}`, `{"podLabels":{"a":"b"}}`},
	"cluster.prefixDelegation":                      {`true`, `false`},
	"cluster.autoscaler":                            {`true`, `false`},
	"cluster.loadBalancerController":                {`{"serviceAccount":"controller"}`},
	"cluster.loadBalancerController.namespace":      {`"balancing"`},
	"cluster.loadBalancerController.serviceAccount": {`"controller"`, `"another"`},
	"cluster.externalDNS":                           {`{"hostedZoneID":"Z0123456789ABC"}`},
	"cluster.externalDNS.hostedZoneID":              {`"Z0123456789ABD"`},
	"cluster.externalDNS.roleARN":                   {`"arn:{partition}:iam::210987654321:role/names"`},
	"cluster.externalDNS.namespace":                 {`"another"`},
	"cluster.externalDNS.serviceAccount":            {`"another"`},
	"cluster.externalDNS.by":                        {`"irsa"`, `"podIdentity"`},
	"cluster.podRoles.*":                            {`["zz-role",{"namespace":"zz","serviceAccount":"zz","policyARNs":["arn:{partition}:iam::aws:policy/ReadOnlyAccess"]}]`},
	"cluster.podRoles.*.namespace":                  {`"another"`},
	"cluster.podRoles.*.serviceAccount":             {`"another"`},
	"cluster.podRoles.*.by":                         {`"irsa"`, `"podIdentity"`},
	"cluster.podRoles.*.policyARNs.*":               {`"arn:{partition}:iam::aws:policy/SecurityAudit"`},
	"cluster.podRoles.*.statements.*":               {`{"actions":["sqs:SendMessage"],"resources":["arn:{partition}:sqs:*:{account}:zz"]}`},
	"cluster.podRoles.*.statements.*.effect":        {`"Deny"`, `"Allow"`},
	"cluster.podRoles.*.statements.*.actions.*":     {`"sqs:DeleteMessage"`},
	"cluster.podRoles.*.statements.*.resources.*":   {`"arn:{partition}:sqs:*:{account}:another"`},
	"cluster.podRoles.*.statements.*.conditions":    {`{"StringEquals":{"aws:ResourceTag/team":["reports"]}}`},
	"pools.*":                                            {`["zz-new",{"instanceTypes":["m6i.2xlarge"]}]`},
	"pools.*.size.min":                                   {`3`, `6`},
	"pools.*.size.max":                                   {`12`, `16`},
	"pools.*.size.desired":                               {`4`, `6`, `8`},
	"pools.*.instanceTypes.*":                            {`"m7i.2xlarge"`, `"g6.2xlarge"`, `"m7g.4xlarge"`},
	"pools.*.instanceTypeIn":                             {`"launchTemplate"`, `"nodeGroup"`},
	"pools.*.draining":                                   {`true`, `false`},
	"pools.*.disk.sizeGiB":                               {`4000`},
	"pools.*.disk.iops":                                  {`15000`},
	"pools.*.disk.throughputMiBps":                       {`700`},
	"pools.*.gpu":                                        {`true`, `false`},
	"pools.*.labels.*":                                   {`["example.com/new","yes"]`},
	"pools.*.taints.*":                                   {`{"key":"example.com/a","effect":"NoSchedule"}`, `{"key":"example.com/b","effect":"NoExecute"}`, `{"key":"example.com/c","effect":"PreferNoSchedule"}`},
	"pools.*.taints.*.key":                               {`"example.com/other"`},
	"pools.*.taints.*.value":                             {`"other"`},
	"pools.*.taints.*.effect":                            {`"NoSchedule"`, `"NoExecute"`, `"PreferNoSchedule"`},
	"pools.*.capacityType":                               {`"onDemand"`, `"spot"`},
	"pools.*.nodePool":                                   {`"another-label"`},
	"pools.*.update.maxUnavailable":                      {`7`},
	"pools.*.update.maxUnavailablePercentage":            {`7`},
	"pools.*.version":                                    {`"1.33"`, `"1.34"`},
	"pools.*.preBootstrapCommands.*":                     {`"echo new"`},
	"pools.*.ami":                                        {`"ami-0aaaaaaaaaaaaaaaa"`},
	"pools.*.kubelet.maxPods":                            {`58`},
	"pools.*.soci":                                       {`true`, `false`},
	"pools.*.kubelet":                                    {`{"registryPullQPS":12,"registryBurst":40}`},
	"pools.*.kubelet.registryPullQPS":                    {`13`},
	"pools.*.kubelet.registryBurst":                      {`41`},
	"pools.*.kubelet.maxParallelImagePulls":              {`3`},
	"pools.*.kubelet.imageGCHighThresholdPercent":        {`90`},
	"pools.*.kubelet.imageGCLowThresholdPercent":         {`40`},
	"pools.*.amiReleaseVersion":                          {`"{version}.9-20260401"`, `"{version}.1-20250101"`, `"1.33.9-20260401"`},
	"storage.datasets.throughputMode":                    {`"elastic"`, `"bursting"`},
	"storage.datasets.backup.coldAfterDays":              {`5`, `40`},
	"storage.datasets.backup.deleteAfterDays":            {`130`, `9000`},
	"storage.datasets.existing":                          {`{"fileSystemID":"fs-0aaaaaaaaaaaaaaaa","accessPointID":"fsap-0aaaaaaaaaaaaaaaa"}`},
	"storage.datasets.existing.fileSystemID":             {`"fs-0bbbbbbbbbbbbbbbb"`},
	"storage.datasets.existing.accessPointID":            {`"fsap-0bbbbbbbbbbbbbbbb"`},
	"storage.blockStorage.type":                          {`"gp3"`, `"gp2"`},
	"storage.drivers.ebs":                                {`"addon"`, `"installer"`},
	"storage.drivers.efs":                                {`"addon"`, `"installer"`},
	"storage.drivers.volumes":                            {`"account"`, `"cluster"`},
	"storage.drivers.rights":                             {`"podIdentity"`, `"nodes"`},
	"storage.drivers.serviceAccounts.ebs":                {`{"serviceAccount":"ebs-driver"}`},
	"storage.drivers.serviceAccounts.ebs.namespace":      {`"storage"`},
	"storage.drivers.serviceAccounts.ebs.serviceAccount": {`"ebs-driver"`, `"another"`},
	"storage.drivers.serviceAccounts.efs":                {`{"serviceAccount":"efs-driver"}`},
	"storage.drivers.serviceAccounts.efs.namespace":      {`"storage"`},
	"storage.drivers.serviceAccounts.efs.serviceAccount": {`"efs-driver"`, `"another"`},
	"network.vpc.subnets.private.*.id":                   {`"subnet-0aaaaaaaaaaaaaaaa"`},
	"network.vpc.subnets.public.*.id":                    {`"subnet-0aaaaaaaaaaaaaaaa"`},
	"network.vpc.subnets.pod.*.id":                       {`"subnet-0aaaaaaaaaaaaaaaa"`},
	"network.vpc.subnets.controlPlane.*.id":              {`"subnet-0aaaaaaaaaaaaaaaa"`},
	"network.vpc.subnets.public.*":                       {`["{zone}",{"id":"subnet-0aaaaaaaaaaaaaaaa","cidr":"10.255.255.0/24"}]`},
	"storage.buckets.data.name":                          {`"a-renamed-data-bucket"`},
	"storage.buckets.data.noncurrentVersionDays":         {`1`, `3650`},
	"storage.buckets.registry.name":                      {`"a-renamed-registry-bucket"`},
	"storage.buckets.registry.noncurrentVersionDays":     {`1`, `3650`},
	"storage.buckets.logs.name":                          {`"a-renamed-logs-bucket"`},
	"storage.buckets.logs.noncurrentVersionDays":         {`1`, `3650`},
	"storage.buckets.backups.name":                       {`"a-renamed-backups-bucket"`},
	"storage.buckets.backups.noncurrentVersionDays":      {`1`, `3650`},
	"storage.buckets.monitoring.name":                    {`"a-renamed-monitoring-bucket"`},
	"storage.buckets.monitoring.noncurrentVersionDays":   {`1`, `3650`},
	"pools.*.update.strategy":                            {`"DEFAULT"`, `"MINIMAL"`},
	"storage.buckets.monitoring.retentionDays":           {`1`, `3650`},
	"registry.ecr.enabled":                               {`true`, `false`},
	"registry.ecr.pullThroughCache":                      {`true`, `false`},
	"encryption.keyARN":                                  {`"arn:{partition}:kms:{region}:{account}:key/other"`},
	"deletion":                                           {`"protect"`, `"allow"`},
	"tagging.autoScalingGroups":                          {`true`, `false`},
	"tagging.networkInterfaces":                          {`true`, `false`},
	"tags.*":                                             {`["new-tag","yes"]`},
	"provider.source":                                    {`"PodIdentity"`, `"IRSA"`, `"WebIdentity"`, `"Upbound"`},
	"provider.roleARN":                                   {`"arn:{partition}:iam::{account}:role/other-provider"`},
	"provider.externalID":                                {`"an-external-id"`},
	"provider.permissionsBoundary":                       {`"arn:{partition}:iam::{account}:policy/boundary"`, `"arn:{partition}:iam::aws:policy/PowerUserAccess"`},
	"accept.*":                                           {`["node-roll","in the window of Sunday"]`},
	"adopted.hold":                                       {`true`, `false`},
	"adopted.roles.controlPlane":                         {`"arn:{partition}:iam::{account}:role/another-control-plane"`},
	"adopted.roles.nodes":                                {`"arn:{partition}:iam::{account}:role/another-of-nodes"`},
	"adopted.securityGroups.controlPlane":                {`"sg-0aaaaaaaaaaaaaaaa"`},
	"adopted.securityGroups.nodes":                       {`"sg-0aaaaaaaaaaaaaaaa"`},
	"adopted.oidcProvider":                               {`true`, `false`},
	"adopted.dataKey":                                    {`true`, `false`},
	"adopted.pools.*.launchTemplate":                     {`"another-template"`},
	"adopted.pools.*.groups.*":                           {`"another-group"`},
	"adopted.pools.*.keyPair":                            {`"another-key"`},
	"adopted.pools.*.userData":                           {`{"soci":true,"kubelet":{"registryPullQPS":12}}`},
	"adopted.pools.*.instanceTags.*":                     {`["new-tag","yes"]`, `"changed"`},
	"adopted.pools.*.tags.*":                             {`["new-tag","yes"]`, `"changed"`},
	"adopted.pools.*.withoutLabels.*":                    {`"dominodatalab.com/domino-node"`, `"example.com/other"`},
	"adopted.taken.registry.scanOnPush":                  {`true`, `false`},
	"adopted.taken.registry.expireUntagged":              {`true`, `false`},
	"adopted.taken.registry.cachePrefix":                 {`"another/quay"`},
	"adopted.taken.key.description":                      {`"another key"`},
	"adopted.taken.key.policy":                           {`"{}"`},
	"adopted.taken.key.rotation":                         {`true`, `false`},
	"adopted.taken.storage.securityGroup":                {`"sg-0fffffffffffffff1"`},
	"adopted.taken.storage.policies.data":                {`"{}"`},
	"adopted.taken.storage.policies.registry":            {`"{}"`},
	"adopted.taken.storage.policies.logs":                {`"{}"`},
	"adopted.taken.storage.policies.backups":             {`"{}"`},
	"adopted.taken.storage.policies.monitoring":          {`"{}"`},
	"adopted.taken.storage.backup.role":                  {`"arn:{partition}:iam::{account}:role/another"`},
	"adopted.taken.storage.backup.schedule":              {`"cron(0 1 * * ? *)"`},
	"adopted.taken.storage.backup.beginsInMinutes":       {`61`},
	"adopted.taken.storage.backup.completesInMinutes":    {`9001`},
	"adopted.pools.*.withoutTaints.*":                    {`"nvidia.com/gpu"`, `"example.com/other"`},
	"adopted.kept.*":                                     {`["zz-kept",{"nodePool":"zz-kept","instanceTypes":["m6i.2xlarge"],"max":{"{zone}":2}}]`},
	"adopted.kept.*.nodePool":                            {`"another-label"`},
	"adopted.kept.*.instanceTypes.*":                     {`"m7i.4xlarge"`},
	"adopted.kept.*.max.*":                               {`["{zone}",1]`, `9`},
	"adopted.kept.*.spot":                                {`true`, `false`},
	"cluster.authentication":                             {`"CONFIG_MAP"`, `"API_AND_CONFIG_MAP"`, `"API"`},
	"cluster.deletionProtection":                         {`true`, `false`},
	"cluster.logs.encrypted":                             {`true`, `false`},
}

// specials change what an example cannot: several fields that go together, or a
// value that depends on another. Each says what it did, "" for nothing.
var specials = map[string][]func(file map[string]any, env *v1alpha1.Environment) string{
	"region": {func(file map[string]any, env *v1alpha1.Environment) string {
		to := "us-east-2"
		if !strings.HasPrefix(env.Region, "us-") || strings.Contains(env.Region, "gov") || env.Region == to {
			return ""
		}
		moved := parsedText(strings.ReplaceAll(rendered(file), env.Region, to)).(map[string]any)
		for name := range file {
			file[name] = moved[name]
		}
		return "changed"
	}},
	"zones.*": {
		func(file map[string]any, env *v1alpha1.Environment) string {
			if len(env.Zones) == 1 {
				return ""
			}
			zones := slices.Clone(env.Zones)
			zones[0], zones[1] = zones[1], zones[0]
			file["zones"] = zones
			return "changed"
		},
		func(file map[string]any, env *v1alpha1.Environment) string {
			if len(env.Zones) == 1 {
				return ""
			}
			file["zones"], file["highAvailability"] = env.Zones[:1], false
			return "removed"
		},
		func(file map[string]any, env *v1alpha1.Environment) string {
			if len(env.Zones) == 3 {
				return ""
			}
			zones := slices.Clone(env.Zones)
			for _, letter := range []string{"a", "b", "c", "d"} {
				if zone := env.Region + letter; len(zones) < 3 && !slices.Contains(zones, zone) {
					zones = append(zones, zone)
				}
			}
			file["zones"] = zones
			return "added"
		},
	},
	"controlPlaneZones.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		zones := slices.Clone(env.ControlPlaneZones)
		zones[len(zones)-1] = env.Region + "f"
		file["controlPlaneZones"] = zones
		return "changed"
	}},
	"cluster.admins.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		if len(env.Cluster.Admins) == 0 {
			return ""
		}
		delete(file["cluster"].(map[string]any), "admins")
		return "removed"
	}},
	"cluster.endpoint.public": {func(file map[string]any, env *v1alpha1.Environment) string {
		endpoint := file["cluster"].(map[string]any)["endpoint"].(map[string]any)
		endpoint["public"], endpoint["allowedCIDRs"] = !env.Cluster.Endpoint.Public, []any{"203.0.113.0/24"}
		if env.Cluster.Endpoint.Public {
			delete(endpoint, "allowedCIDRs")
			return "removed"
		}
		return "added"
	}},
	"network.vpc": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Network.VPC != nil {
			return ""
		}
		network := file["network"].(map[string]any)
		subnets := map[string]any{}
		for i, zone := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(env.Zones), env.ControlPlaneZones...)))) {
			cidr := []string{"10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/18"}[i]
			if slices.Contains(env.Zones, zone) {
				subnets[zone] = map[string]any{"id": "subnet-0aaaaaaaaaaaaaaa" + string(rune('0'+i)), "cidr": cidr}
			}
		}
		network["vpc"] = map[string]any{"id": "vpc-0aaaaaaaaaaaaaaaa", "cidr": "10.0.0.0/16", "subnets": map[string]any{"private": subnets}}
		network["cidr"], network["natGateways"] = "10.0.0.0/16", "perZone"
		for _, name := range []string{"peers", "podCIDR"} {
			delete(network, name)
		}
		file["controlPlaneZones"] = env.Zones
		return "added"
	}, func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Network.VPC == nil {
			return ""
		}
		delete(file["network"].(map[string]any), "vpc")
		return "removed"
	}},
	"network.peers.*.connection":              {anotherWay("connection", "request", "removed"), anotherWay("request", "connection", "added")},
	"network.peers.*.request":                 {anotherWay("connection", "request", "added"), anotherWay("request", "connection", "removed")},
	"network.vpc.subnets.private.*.cidr":      {smallerSubnet("private")},
	"network.vpc.subnets.public.*.cidr":       {smallerSubnet("public")},
	"network.vpc.subnets.pod.*.cidr":          {smallerSubnet("pod")},
	"network.vpc.subnets.controlPlane.*.cidr": {smallerSubnet("controlPlane")},
	"cluster.version": {func(file map[string]any, env *v1alpha1.Environment) string {
		var minor int
		if _, err := fmt.Sscanf(env.Cluster.Version, "1.%d", &minor); err != nil {
			return ""
		}
		file["cluster"].(map[string]any)["version"] = fmt.Sprintf("1.%d", minor+1)
		return "changed"
	}},
	"ids.*.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Network.VPC != nil {
			return ""
		}
		file["ids"] = map[string]any{"network": map[string]any{"vpc": "vpc-0cccccccccccccccc"}}
		return "added"
	}},
	"network.vpc.cidr": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Network.VPC == nil {
			return ""
		}
		network := file["network"].(map[string]any)
		wider := strings.Split(env.Network.VPC.CIDR, ".")[0] + ".0.0.0/8"
		network["cidr"], network["vpc"].(map[string]any)["cidr"] = wider, wider
		return "changed"
	}},
	"pools.*.instanceTypes.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		for name, pool := range env.Pools {
			if pool.InstanceTypeIn == "launchTemplate" && pool.Architecture == "x86_64" && !*pool.GPU {
				file["pools"].(map[string]any)[name].(map[string]any)["instanceTypes"] = []any{"m7i.4xlarge"}
				return "changed"
			}
		}
		return ""
	}},
	"pools.*.architecture": {func(file map[string]any, env *v1alpha1.Environment) string {
		return ofLastPool(file, func(pool map[string]any) {
			pool["instanceTypes"], pool["gpu"] = []any{"m7g.4xlarge"}, false
			if pool["architecture"] == "arm64" {
				pool["instanceTypes"] = []any{"m7i.2xlarge"}
			}
			pool["architecture"] = map[any]string{"arm64": "x86_64", "x86_64": "arm64"}[pool["architecture"]]
		})
	}},
	"pools.*.gpu": {func(file map[string]any, env *v1alpha1.Environment) string {
		return ofLastPool(file, func(pool map[string]any) {
			pool["gpu"], pool["instanceTypes"], pool["architecture"] = pool["gpu"] != true, []any{"m7i.2xlarge"}, "x86_64"
			if pool["gpu"] == true {
				pool["instanceTypes"] = []any{"g6.2xlarge"}
			}
		})
	}},
	"pools.*.neuron": {func(file map[string]any, env *v1alpha1.Environment) string {
		return ofLastPool(file, func(pool map[string]any) {
			pool["neuron"], pool["gpu"], pool["instanceTypes"], pool["architecture"] = true, false, []any{"inf2.8xlarge"}, "x86_64"
		})
	}},
	"pools.*.disk.type": {func(file map[string]any, env *v1alpha1.Environment) string {
		return ofLastPool(file, func(pool map[string]any) {
			disk := pool["disk"].(map[string]any)
			disk["type"] = map[any]string{"gp2": "gp3", "gp3": "gp2"}[disk["type"]]
			delete(disk, "iops")
			delete(disk, "throughputMiBps")
		})
	}},
	"pools.*.update.maxUnavailable":           {otherUpdate("maxUnavailable", "maxUnavailablePercentage")},
	"pools.*.update.maxUnavailablePercentage": {otherUpdate("maxUnavailablePercentage", "maxUnavailable")},
	"pools.*.labels.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		operation := ""
		ofLastPool(file, func(pool map[string]any) {
			labels, _ := pool["labels"].(map[string]any)
			for name := range labels {
				labels[name], operation = "changed", "changed"
			}
		})
		return operation
	}},
	"tags.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		tags, _ := file["tags"].(map[string]any)
		for name := range tags {
			tags[name] = "changed"
			return "changed"
		}
		return ""
	}},
	"adopted": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Adopted == nil {
			return ""
		}
		delete(file, "adopted")
		cluster := file["cluster"].(map[string]any)
		delete(cluster, "authentication")
		delete(cluster, "deletionProtection")
		delete(cluster["logs"].(map[string]any), "encrypted")
		return "removed"
	}},
	"adopted.taken.registry": {takeOver("registry", map[string]any{})},
	"adopted.taken.key":      {takeOver("key", map[string]any{"policy": "{}"})},
	"adopted.taken.storage": {takeOver("storage", map[string]any{
		"securityGroup": "sg-0eeeeeeeeeeeeeeee",
		"policies":      map[string]any{"data": "{}", "registry": "{}", "logs": "{}", "backups": "{}", "monitoring": "{}"},
	})},
	"adopted.taken.storage.backup": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Adopted == nil || env.Adopted.Taken.Storage == nil || env.Adopted.Taken.Storage.Backup == nil {
			return ""
		}
		storage := file["adopted"].(map[string]any)["taken"].(map[string]any)["storage"].(map[string]any)
		delete(storage, "backup")
		ids := file["ids"].(map[string]any)
		delete(ids, "storage")
		return "removed"
	}},
	"adopted.taken.security": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Adopted == nil {
			return ""
		}
		file["ids"] = map[string]any{"security": map[string]any{
			"cluster": env.Adopted.SecurityGroups.ControlPlane, "nodes": env.Adopted.SecurityGroups.Nodes, "efs": "sg-0eeeeeeeeeeeeeeee",
		}}
		return takeOver("security", map[string]any{})(file, env)
	}},
	"adopted.pools.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		if env.Adopted == nil {
			return ""
		}
		for _, name := range sortedNames(env.Pools) {
			if _, taken := env.Adopted.Pools[name]; taken {
				continue
			}
			groups := map[string]any{}
			for _, zone := range env.Zones {
				groups[zone] = name + zone
			}
			adopted := file["adopted"].(map[string]any)
			pools, _ := adopted["pools"].(map[string]any)
			adopted["pools"] = maps.Clone(pools)
			if pools == nil {
				adopted["pools"] = map[string]any{}
			}
			adopted["pools"].(map[string]any)[name] = map[string]any{"launchTemplate": "taken-" + name, "groups": groups}
			return "added"
		}
		return ""
	}},
	"adopted.pools.*.userData": {func(file map[string]any, env *v1alpha1.Environment) string {
		if pool := foundPool(file, env); pool != nil {
			delete(pool, "userData")
			return "removed"
		}
		return ""
	}},
	"adopted.pools.*.userData.soci": {ofUserData(func(data map[string]any) string {
		data["soci"] = data["soci"] == false
		return "changed"
	})},
	"adopted.pools.*.userData.kubelet": {ofUserData(func(data map[string]any) string {
		if data["kubelet"] == nil {
			data["kubelet"] = map[string]any{"registryPullQPS": 12}
			return "added"
		}
		delete(data, "kubelet")
		return "removed"
	})},
	"adopted.pools.*.userData.kubelet.registryPullQPS":             ofFoundKubelet("registryPullQPS", 13),
	"adopted.pools.*.userData.kubelet.registryBurst":               ofFoundKubelet("registryBurst", 41),
	"adopted.pools.*.userData.kubelet.maxParallelImagePulls":       ofFoundKubelet("maxParallelImagePulls", 3),
	"adopted.pools.*.userData.kubelet.imageGCHighThresholdPercent": ofFoundKubelet("imageGCHighThresholdPercent", 90),
	"adopted.pools.*.userData.kubelet.imageGCLowThresholdPercent":  ofFoundKubelet("imageGCLowThresholdPercent", 40),
	"adopted.pools.*.userData.kubelet.maxPods":                     ofFoundKubelet("maxPods", 58),
	"pools.*.replaces": {func(file map[string]any, env *v1alpha1.Environment) string {
		pools := file["pools"].(map[string]any)
		for name, pool := range env.Pools {
			if _, there := env.Pools[pool.Replaces]; pool.Replaces != "" && !there {
				delete(pools[name].(map[string]any), "replaces")
				return "removed"
			}
		}
		return ""
	}, func(file map[string]any, env *v1alpha1.Environment) string {
		return ofLastPool(file, func(pool map[string]any) {
			if pool["replaces"] == nil {
				pool["replaces"] = "a-pool-that-is-gone"
			}
		})
	}},
	"pools.*.zones.*": {func(file map[string]any, env *v1alpha1.Environment) string {
		pools := file["pools"].(map[string]any)
		for name, pool := range env.Pools {
			inner := pools[name].(map[string]any)
			switch {
			case pool.NodePool != "platform" || len(env.Zones) != 3:
				continue
			case len(pool.Zones) == 0:
				inner["zones"], file["highAvailability"] = []any{env.Zones[0]}, false
				return "removed"
			case len(pool.Zones) == 1:
				inner["zones"] = env.Zones
				return "added"
			}
		}
		return ""
	}},
}

// takeOver has an environment manage a part of the installation that it did not before.
func takeOver(part string, facts map[string]any) func(map[string]any, *v1alpha1.Environment) string {
	return func(file map[string]any, env *v1alpha1.Environment) string {
		adopted, takesOver := file["adopted"].(map[string]any)
		if !takesOver {
			return ""
		}
		taken, _ := adopted["taken"].(map[string]any)
		if taken[part] != nil {
			return ""
		}
		taken = maps.Clone(taken)
		if taken == nil {
			taken = map[string]any{}
		}
		taken[part], adopted["taken"] = facts, taken
		return "added"
	}
}

func ofLastPool(file map[string]any, edit func(pool map[string]any)) string {
	pools := file["pools"].(map[string]any)
	edit(pools[slices.Max(sortedNames(pools))].(map[string]any))
	return "changed"
}

// otherUpdate states the one way to update in place of the other.
func otherUpdate(name, other string) func(map[string]any, *v1alpha1.Environment) string {
	return func(file map[string]any, env *v1alpha1.Environment) string {
		operation := ""
		ofLastPool(file, func(pool map[string]any) {
			update := pool["update"].(map[string]any)
			if update[name] == nil {
				delete(update, other)
				update[name], operation = 9, "added"
			}
		})
		return operation
	}
}

// smallerSubnet halves an existing subnet.
func smallerSubnet(role string) func(map[string]any, *v1alpha1.Environment) string {
	return func(file map[string]any, env *v1alpha1.Environment) string {
		network := file["network"].(map[string]any)
		vpc, ok := network["vpc"].(map[string]any)
		if !ok {
			return ""
		}
		subnets, _ := vpc["subnets"].(map[string]any)[role].(map[string]any)
		for _, zone := range sortedNames(subnets) {
			subnet := subnets[zone].(map[string]any)
			address, bits, _ := strings.Cut(subnet["cidr"].(string), "/")
			halves := map[string]string{"16": "17", "17": "18", "18": "19", "19": "20", "20": "21", "21": "22", "22": "23", "23": "24", "24": "25", "25": "26", "26": "27", "27": "28"}
			if subnet["cidr"] = address + "/" + halves[bits]; halves[bits] != "" {
				return "changed"
			}
		}
		return ""
	}
}

// anotherWay gives the first peer that has a connection a request for one in its place,
// or the other way round.
func anotherWay(from, to, operation string) func(map[string]any, *v1alpha1.Environment) string {
	return func(file map[string]any, _ *v1alpha1.Environment) string {
		peers, _ := file["network"].(map[string]any)["peers"].([]any)
		for _, peer := range peers {
			fields := peer.(map[string]any)
			if fields[from] == nil {
				continue
			}
			delete(fields, from)
			delete(fields, "attach")
			fields[to] = map[string]any{"connection": "pcx-0cccccccccccccccc", "request": map[string]any{"vpc": "vpc-0cccccccccccccccc"}}[to]
			return operation
		}
		return ""
	}
}

// foundPool is the last adopted pool in a file whose user data says something of the
// kubelet, or else of anything; nil if there is none.
func foundPool(file map[string]any, env *v1alpha1.Environment) map[string]any {
	if env.Adopted == nil {
		return nil
	}
	var found string
	for _, name := range sortedNames(env.Adopted.Pools) {
		data := env.Adopted.Pools[name].UserData
		if data != nil && (found == "" || data.Kubelet != nil) {
			found = name
		}
	}
	if found == "" {
		return nil
	}
	return file["adopted"].(map[string]any)["pools"].(map[string]any)[found].(map[string]any)
}

// ofUserData changes what a file says of user data that was found.
func ofUserData(change func(data map[string]any) string) func(map[string]any, *v1alpha1.Environment) string {
	return func(file map[string]any, env *v1alpha1.Environment) string {
		if pool := foundPool(file, env); pool != nil {
			return change(pool["userData"].(map[string]any))
		}
		return ""
	}
}

// ofFoundKubelet sets a setting of the kubelet that was found, and removes it.
func ofFoundKubelet(name string, value int) []func(map[string]any, *v1alpha1.Environment) string {
	kubelet := func(data map[string]any) map[string]any {
		fields, _ := data["kubelet"].(map[string]any)
		if fields == nil {
			fields = map[string]any{}
			data["kubelet"] = fields
		}
		return fields
	}
	return []func(map[string]any, *v1alpha1.Environment) string{
		ofUserData(func(data map[string]any) string {
			fields := kubelet(data)
			_, there := fields[name]
			if fields[name] = value; there {
				return "changed"
			}
			return "added"
		}),
		ofUserData(func(data map[string]any) string {
			fields := kubelet(data)
			if _, there := fields[name]; !there {
				return ""
			}
			delete(fields, name)
			return "removed"
		}),
	}
}
