/** Calls to WeChat over HTTP; knows no Redis, AMQP or SQL. */
@NullMarked
package io.hongyan.sender.wechat;

import org.jspecify.annotations.NullMarked;
