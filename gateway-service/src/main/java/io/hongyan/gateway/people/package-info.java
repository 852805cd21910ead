/** People's right to be forgotten: erasing everything that is stored about a person. */
@NullMarked
package io.hongyan.gateway.people;

import org.jspecify.annotations.NullMarked;
