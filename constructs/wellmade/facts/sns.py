"""What SNS takes."""

MESSAGE_KILOBYTES = 256
"""Kilobytes that a message has at most, with its attributes, where the topic says nothing.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

RAISED_KILOBYTES = 1024
"""The same where the topic's MaximumMessageSize is raised.

Such a topic has 100 subscriptions at most: queues, functions and Firehose alone.
Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""
