/**
 * An account's side at WeChat, asked for and changed through the senders: its token and ticket,
 * templates, industries, quota, followers and tags.
 */
@NullMarked
package io.hongyan.gateway.wechat;

import org.jspecify.annotations.NullMarked;
