"""SAM's policy templates that name no resource: service and actions, on everything.

Source: the policy template list of the AWS SAM developer guide.
"""

EVERYWHERE = {
    "AMIDescribePolicy": ("ec2", "DescribeImages"),
    "CloudWatchDashboardPolicy": ("cloudwatch", "GetDashboard ListDashboards PutDashboard ListMetrics"),
    "CloudWatchDescribeAlarmHistoryPolicy": ("cloudwatch", "DescribeAlarmHistory"),
    "CloudWatchPutMetricPolicy": ("cloudwatch", "PutMetricData"),
    "CodePipelineLambdaExecutionPolicy": ("codepipeline", "PutJobSuccessResult PutJobFailureResult"),
    "ComprehendBasicAccessPolicy": (
        "comprehend",
        (
            "BatchDetectKeyPhrases DetectDominantLanguage DetectEntities BatchDetectEntities "
            "DetectKeyPhrases DetectSentiment BatchDetectDominantLanguage BatchDetectSentiment"
        ),
    ),
    "CostExplorerReadOnlyPolicy": (
        "ce",
        (
            "GetCostAndUsage GetDimensionValues GetReservationCoverage "
            "GetReservationPurchaseRecommendation GetReservationUtilization GetTags"
        ),
    ),
    "EC2DescribePolicy": ("ec2", "DescribeRegions DescribeInstances"),
    "EKSDescribePolicy": ("eks", "DescribeCluster ListClusters"),
    "MobileAnalyticsWriteOnlyAccessPolicy": ("mobileanalytics", "PutEvents"),
    "OrganizationsListAccountsPolicy": ("organizations", "ListAccounts"),
    "RekognitionDetectOnlyPolicy": (
        "rekognition",
        "DetectFaces DetectLabels DetectModerationLabels DetectText",
    ),
    "RekognitionFacesPolicy": ("rekognition", "CompareFaces DetectFaces"),
    "RekognitionLabelsPolicy": ("rekognition", "DetectLabels DetectModerationLabels"),
    "SESEmailTemplateCrudPolicy": (
        "ses",
        "CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate",
    ),
    "TextractDetectAnalyzePolicy": (
        "textract",
        "DetectDocumentText StartDocumentTextDetection StartDocumentAnalysis AnalyzeDocument",
    ),
    "TextractGetResultPolicy": ("textract", "GetDocumentTextDetection GetDocumentAnalysis"),
    "TextractPolicy": ("textract", "*"),
    "VPCAccessPolicy": (
        "ec2",
        "CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface",
    ),
}
