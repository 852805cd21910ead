/**
 * A stand-in for api.weixin.qq.com: WeChat's paths as the sender sees them, and controls of its
 * own.
 */
@NullMarked
package io.hongyan.simulator;

import org.jspecify.annotations.NullMarked;
