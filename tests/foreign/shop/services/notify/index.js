exports.handler = async (event) => ({ statusCode: 204, batchItemFailures: [] });
