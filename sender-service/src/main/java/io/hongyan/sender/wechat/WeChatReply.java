package io.hongyan.sender.wechat;

import org.jspecify.annotations.Nullable;

/**
 * What WeChat answered to a send.
 *
 * @param httpStatus 200 also for API errors
 * @param errcode 0 = accepted; null if the body is not WeChat's JSON, which leaves the message in
 *     doubt
 * @param errmsg as WeChat wrote it; where errcode is null, the beginning of the body
 * @param msgid 64 bits, beyond 2^53; null if there was none
 * @param tookMillis from the call to the last byte of the answer
 */
public record WeChatReply(
    int httpStatus,
    @Nullable Integer errcode,
    @Nullable String errmsg,
    @Nullable Long msgid,
    int tookMillis) {}
