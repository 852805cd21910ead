/**
 * WeChat accounts and their templates: the in-memory maps batches are checked against, and the
 * calls that change them.
 */
@NullMarked
package io.hongyan.gateway.account;

import org.jspecify.annotations.NullMarked;
