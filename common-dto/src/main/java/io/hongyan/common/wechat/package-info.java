/** What WeChat's error codes mean, for the sender's decisions and for people. */
@NullMarked
package io.hongyan.common.wechat;

import org.jspecify.annotations.NullMarked;
