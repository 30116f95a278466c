package rds

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// classes are the DB instance classes of RDS for MySQL 8.0 and 8.4 in the older
// regions (RDS User Guide, "Supported DB engines for DB instance classes").
var classes = []string{
	"db.t3.micro", "db.t3.small", "db.t3.medium", "db.t3.large", "db.t3.xlarge", "db.t3.2xlarge",
	"db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.t4g.large", "db.t4g.xlarge", "db.t4g.2xlarge",
	"db.m5.large", "db.m5.xlarge", "db.m5.2xlarge", "db.m5.4xlarge",
	"db.m6g.large", "db.m6g.xlarge", "db.m6g.2xlarge", "db.m6g.4xlarge",
	"db.m6i.large", "db.m6i.xlarge", "db.m6i.2xlarge", "db.m6i.4xlarge",
	"db.m7g.large", "db.m7g.xlarge", "db.m7g.2xlarge", "db.m7g.4xlarge",
	"db.r5.large", "db.r5.xlarge", "db.r5.2xlarge", "db.r5.4xlarge",
	"db.r6g.large", "db.r6g.xlarge", "db.r6g.2xlarge", "db.r6g.4xlarge",
	"db.r7g.large", "db.r7g.xlarge", "db.r7g.2xlarge", "db.r7g.4xlarge",
}

var classPattern = steps.NewPattern(`^db\.[a-z][a-z0-9]*(\.[a-z0-9-]+)+$`)

func checkClass(class string, v version) error {
	switch {
	case slices.Contains(classes, class):
		return nil
	case !classPattern.MatchString(class):
		return wire.Errorf("InvalidParameterValue", "Invalid DB Instance class: %s", class)
	}
	return unsupportedCombination(class, engine, v.String())
}

func unsupportedCombination(class, engine, version string) error {
	return wire.Errorf("InvalidParameterCombination",
		"RDS does not support creating a DB instance with the following combination: DBInstanceClass=%s, Engine=%s, EngineVersion=%s, LicenseModel=%s. For supported combinations of instance class and database engine version, see the documentation.",
		class, engine, version, licenseModel)
}

func (s *Service) describeOrderableDBInstanceOptions(_ context.Context, in *rds.DescribeOrderableDBInstanceOptionsInput) (*rds.DescribeOrderableDBInstanceOptionsOutput, error) {
	e := aws.ToString(in.Engine)
	switch {
	case e == "":
		return nil, missingParameter("Engine")
	case !slices.Contains(engines, e):
		return nil, wire.Errorf("InvalidParameterValue", "Invalid DB engine: %s", e)
	case len(in.Filters) > 0:
		return nil, wire.Errorf("InvalidParameterValue", "Unrecognized filter name: %s", aws.ToString(in.Filters[0].Name))
	}
	var zones []types.AvailabilityZone
	for _, z := range s.zones() {
		zones = append(zones, types.AvailabilityZone{Name: aws.String(z)})
	}
	var options []types.OrderableDBInstanceOption
	for _, v := range versions {
		for _, class := range classes {
			switch {
			case e != engine,
				in.DBInstanceClass != nil && *in.DBInstanceClass != class,
				in.EngineVersion != nil && *in.EngineVersion != v.String() && *in.EngineVersion != v.major,
				in.LicenseModel != nil && *in.LicenseModel != licenseModel,
				in.AvailabilityZoneGroup != nil && *in.AvailabilityZoneGroup != s.cloud.Region,
				in.Vpc != nil && !*in.Vpc:
				continue
			}
			for _, t := range storageTypes {
				options = append(options, toOrderableOption(v, class, t, s.cloud.Region, zones))
			}
		}
	}
	options, marker, err := page(options, in.MaxRecords, 1000, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeOrderableDBInstanceOptionsOutput{OrderableDBInstanceOptions: options, Marker: marker}, nil
}

func toOrderableOption(v version, class string, t storageType, region string, zones []types.AvailabilityZone) types.OrderableDBInstanceOption {
	o := types.OrderableDBInstanceOption{
		AvailabilityZoneGroup:             aws.String(region),
		AvailabilityZones:                 zones,
		AvailableProcessorFeatures:        []types.AvailableProcessorFeature{},
		DBInstanceClass:                   aws.String(class),
		Engine:                            aws.String(engine),
		EngineVersion:                     aws.String(v.String()),
		LicenseModel:                      aws.String(licenseModel),
		MaxStorageSize:                    aws.Int32(t.maxSize),
		MinStorageSize:                    aws.Int32(t.minSize),
		MultiAZCapable:                    aws.Bool(true),
		OutpostCapable:                    aws.Bool(false),
		ReadReplicaCapable:                aws.Bool(false),
		StorageType:                       aws.String(t.name),
		SupportedEngineModes:              []string{"provisioned"},
		SupportedNetworkTypes:             []string{"IPV4"},
		SupportsClusters:                  aws.Bool(false),
		SupportsEnhancedMonitoring:        aws.Bool(false),
		SupportsGlobalDatabases:           aws.Bool(false),
		SupportsIAMDatabaseAuthentication: aws.Bool(false),
		SupportsIops:                      aws.Bool(t.provisioned || t.iops > 0),
		SupportsKerberosAuthentication:    aws.Bool(false),
		SupportsPerformanceInsights:       aws.Bool(false),
		SupportsStorageAutoscaling:        aws.Bool(t.name != "standard"),
		SupportsStorageEncryption:         aws.Bool(true),
		SupportsStorageThroughput:         aws.Bool(t.throughput > 0),
		Vpc:                               aws.Bool(true),
	}
	if t.provisioned {
		o.MinIopsPerDbInstance, o.MaxIopsPerDbInstance = aws.Int32(t.minIOPS), aws.Int32(t.maxIOPS)
	}
	return o
}
