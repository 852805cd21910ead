/**
 * HTTP edge: every error as an RFC 9457 problem detail, strict reading of JSON and query
 * parameters.
 */
@NullMarked
package io.hongyan.gateway.web;

import org.jspecify.annotations.NullMarked;
