"""Gap: functions whose code stands in the template lack the module that answers CloudFormation.

AWS puts it beside the code of each that asks for it. Without it the function cannot be imported, so that its
custom resource gets no answer.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import io
import zipfile

from ministack.services.cloudformation import provisioners

_PYTHON = """\
import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    })
    print("Response body:")
    print(body)
    request = urllib.request.Request(
        event["ResponseURL"], data=body.encode(), method="PUT", headers={"content-type": ""}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            print("Status code:", answer.status)
    except Exception as error:
        print("send(..) failed executing http.request(..):", error)
"""
_NODE = """\
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  console.log("Response body:\\n", body);
  const finish = () => (context.done ? context.done() : undefined);
  return fetch(event.ResponseURL, { method: "PUT", body, headers: { "content-type": "" } }).then(
    (answer) => (console.log("Status code: " + answer.status), finish()),
    (error) => (console.log("send(..) failed executing https.request(..): " + error), finish()),
  );
};
"""
_MODULES = {
    "python": ("cfnresponse", {"cfnresponse.py": _PYTHON}),
    "nodejs": ("cfn-response", {"cfn-response.js": _NODE, "node_modules/cfn-response.js": _NODE}),
}


def apply() -> None:
    """Put the module beside inline code that names it."""
    pack = provisioners._zip_inline

    def pack_with_module(source: str | None, handler: str, runtime: str = "python3.12") -> bytes | None:
        archive: bytes | None = pack(source, handler, runtime)
        name, files = _MODULES.get(runtime.rstrip("0123456789.x"), ("", {}))
        return _extended(archive, files) if archive and source and name and name in source else archive

    provisioners._zip_inline = pack_with_module


def _extended(archive: bytes, files: dict[str, str]) -> bytes:
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in files.items():
            bundle.writestr(name, text)
    return buffer.getvalue()
